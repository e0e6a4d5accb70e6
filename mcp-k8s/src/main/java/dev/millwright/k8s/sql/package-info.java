/** Looks into the databases that run in a cluster, by fixed queries that read. */
@NullMarked
package dev.millwright.k8s.sql;

import org.jspecify.annotations.NullMarked;
