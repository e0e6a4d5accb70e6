/** What can be configured: the server, and what a tenant reaches of clusters. */
@NullMarked
package dev.millwright.k8s.config;

import org.jspecify.annotations.NullMarked;
