package dev.millwright.docker.repair;

import dev.millwright.docker.lint.Finding;
import java.util.List;

/** Knows ways to do away with findings of one code, the better one first; none where it cannot be done by a program. */
@FunctionalInterface
interface Fixer {
    List<Fix> fix(Finding finding, Site site);
}
