/** The one door to a repository: checked before JGit sees it, opened with nothing that runs programs. */
@NullMarked
package dev.millwright.git.repo;

import org.jspecify.annotations.NullMarked;
