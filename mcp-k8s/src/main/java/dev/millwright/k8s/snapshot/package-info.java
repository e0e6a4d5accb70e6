/** The state of a cluster in files: read from whatever made them, and written to be diagnosed elsewhere. */
@NullMarked
package dev.millwright.k8s.snapshot;

import org.jspecify.annotations.NullMarked;
