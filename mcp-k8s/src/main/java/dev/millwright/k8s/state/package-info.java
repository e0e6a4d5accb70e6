/** What is known of a cluster at one moment: read live within a bound of list calls, or from files. */
@NullMarked
package dev.millwright.k8s.state;

import org.jspecify.annotations.NullMarked;
