/** The one door for durable state: an embedded SQLite file, or PostgreSQL where replicas share it. */
@NullMarked
package dev.millwright.store;

import org.jspecify.annotations.NullMarked;
