/** The schema of a record, and its strict binding to and from JSON. Knows nothing else of Millwright. */
@NullMarked
package dev.millwright.json;

import org.jspecify.annotations.NullMarked;
