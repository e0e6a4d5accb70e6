/** Clusters reached through the HTTP client of fabric8: kubeconfig, login, TLS, retries, websockets. Nobody else imports it. */
@NullMarked
package dev.millwright.k8s.fabric8;

import org.jspecify.annotations.NullMarked;
