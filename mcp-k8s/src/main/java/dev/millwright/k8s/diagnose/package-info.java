/** What a diagnosis is made of: causes, evidence, fixes; how findings become a few ranked causes. */
@NullMarked
package dev.millwright.k8s.diagnose;

import org.jspecify.annotations.NullMarked;
