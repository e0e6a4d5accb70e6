/** What a client may ask, once for both protocol eras; the eras themselves live in the packages below. */
@NullMarked
package dev.millwright.protocol;

import org.jspecify.annotations.NullMarked;
