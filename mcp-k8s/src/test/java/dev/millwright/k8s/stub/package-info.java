/** An API server for tests. */
@NullMarked
package dev.millwright.k8s.stub;

import org.jspecify.annotations.NullMarked;
