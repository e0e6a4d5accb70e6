/** What the operator says: bounds for all, reach by tenant. */
@NullMarked
package dev.millwright.git.config;

import org.jspecify.annotations.NullMarked;
