package dev.millwright.tool;

import java.util.List;

/** An output with content of its own beside the structured one; it takes the place of the JSON repeated as text. */
public interface HasContent {
    List<Content> content();
}
