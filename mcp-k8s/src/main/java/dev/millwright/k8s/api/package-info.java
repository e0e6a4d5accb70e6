/** The little this server needs of a cluster: kinds, lists, reads, writes, logs, exec, port-forward, as JSON the API sends. */
@NullMarked
package dev.millwright.k8s.api;

import org.jspecify.annotations.NullMarked;
