/** The working tree and the index: status, staging, checking out. */
@NullMarked
package dev.millwright.git.work;

import org.jspecify.annotations.NullMarked;
