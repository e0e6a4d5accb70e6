/** Archives of files, read within bounds by whoever reads them. */
@NullMarked
package dev.millwright.k8s.archive;

import org.jspecify.annotations.NullMarked;
