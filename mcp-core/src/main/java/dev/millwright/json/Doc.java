package dev.millwright.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a record component means, and the values that fit it: the source of its JSON Schema and of its checks. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Doc {
    /** Stands for "no default": the component must be given, unless it is an {@code Optional}. */
    String REQUIRED = "\0";

    /** One sentence for a reader who sees nothing else, a model first of all. */
    String value();

    /** How it is spelt in JSON, where that is no name in Java, as in {@code new}. */
    String name() default "";

    /** Smallest number, shortest text (characters) or fewest items that fit. */
    long min() default Long.MIN_VALUE;

    /** Largest number, longest text (characters) or most items that fit. */
    long max() default Long.MAX_VALUE;

    /** Default of a component that may be left out, written as in JSON; for text and enums without quotes. */
    String orElse() default REQUIRED;
}
