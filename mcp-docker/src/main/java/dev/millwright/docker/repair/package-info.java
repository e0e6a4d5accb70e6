/**
 * Fixes of what {@link dev.millwright.docker.lint.Linter} finds, as edits of spans.
 *
 * <p>{@link dev.millwright.docker.repair.Repair} makes them, and keeps one only where its finding is gone and none came;
 * {@link dev.millwright.docker.repair.Fixers} lists which finding is fixed how.
 */
@NullMarked
package dev.millwright.docker.repair;

import org.jspecify.annotations.NullMarked;
