/**
 * What is wrong with a Dockerfile: the rules of hadolint under their codes (written from its public documentation), the
 * checks of BuildKit under their names, five ideas of ShellCheck, and some of our own.
 *
 * <p>{@link dev.millwright.docker.lint.Linter} gives the findings; {@link dev.millwright.docker.lint.Rules} lists what
 * can be found. In doubt a rule says nothing.
 */
@NullMarked
package dev.millwright.docker.lint;

import org.jspecify.annotations.NullMarked;
