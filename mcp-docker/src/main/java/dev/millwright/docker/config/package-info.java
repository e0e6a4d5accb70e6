/** What can be configured: the server, and what a tenant reaches of engines. */
@NullMarked
package dev.millwright.docker.config;

import org.jspecify.annotations.NullMarked;
