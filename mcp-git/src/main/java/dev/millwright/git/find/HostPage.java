package dev.millwright.git.find;

import java.util.List;

/** A part of what a host found, and whether it has more. */
public record HostPage(List<Found> repositories, boolean more) {
    public HostPage {
        repositories = List.copyOf(repositories);
    }
}
