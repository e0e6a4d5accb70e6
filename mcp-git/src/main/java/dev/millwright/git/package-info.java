/** Version control: tools over JGit that run nothing a repository names and stay inside the tenant's roots. */
@NullMarked
package dev.millwright.git;

import org.jspecify.annotations.NullMarked;
