/** The way to a cluster: only through a tenant, only as far as that tenant reaches. */
@NullMarked
package dev.millwright.k8s.reach;

import org.jspecify.annotations.NullMarked;
