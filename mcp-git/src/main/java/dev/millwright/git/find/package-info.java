/** Repositories found: below the tenant's roots, and on hosts of code. */
@NullMarked
package dev.millwright.git.find;

import org.jspecify.annotations.NullMarked;
