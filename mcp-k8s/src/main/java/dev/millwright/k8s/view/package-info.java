/** How objects are shown: trimmed, projected, as rows, within a budget. */
@NullMarked
package dev.millwright.k8s.view;

import org.jspecify.annotations.NullMarked;
