package dev.millwright.git;

import dev.millwright.tool.Call;

/** Text of a repository within a prompt, between marks that it cannot know beforehand. */
final class Untrusted {
    private Untrusted() {}

    static String marked(Call call, String text) {
        String mark = "untrusted " + Integer.toHexString(call.id().hashCode());
        return "<<<%s\n%s\n%s>>>\n".formatted(mark, text.stripTrailing(), mark);
    }
}
