/**
 * What is wrong with a Dockerfile: the rules of hadolint under their codes (written from its public documentation), the
 * checks of BuildKit under their names, five ideas of ShellCheck, and some of our own.
 *
 * <p>{@link dev.millwright.docker.lint.Linter} gives the findings; {@link dev.millwright.docker.lint.Rules} lists what
 * can be found. In doubt a rule says nothing.
 *
 * <p>Where they differ from hadolint: DL3002 is silent about a stage that another one takes from, for nobody runs that;
 * DL3049 tells of a label once, where an image lacks it, not at each stage below; DL4001 speaks once a stage; DL4006
 * knows that the {@code sh} of Alpine has pipefail. From BuildKit: CopyIgnoredFile need not be asked for;
 * SecretsUsedInArgOrEnv passes over names that tell where a secret is; UndefinedVar is silent where the base image may
 * define the variable.
 */
@NullMarked
package dev.millwright.docker.lint;

import org.jspecify.annotations.NullMarked;
