package dev.millwright.docker.release;

import dev.millwright.json.Json;

/**
 * A script for a pipeline that does the same again: builds the image as the checklist says, checks it, and ends with 0
 * when every item passes. What a checklist says stands in it between single quotes only.
 */
public final class BuildScript {
    private static final String HEAD = """
            #!/bin/sh
            # Checks an image before its release, in the folder that is its root; ends with 0 when every item passes.
            set -eu
            """;

    private static final String BUILD = """
            id=$(mktemp)
            trap 'rm -f "$id"' EXIT
            docker build --force-rm --iidfile "$id"%s --file %s -- %s >&2
            image=$(cat "$id")
            """;

    private static final String CHECK = """
            answer=$("${MILLWRIGHT:-millwright}" call docker verify_image --root . --json \\
              '{"image":"'"$image"'",'%s) || {
              code=$?
              printf '%%s\\n' "$answer"
              exit "$code"
            }
            printf '%%s\\n' "$answer"
            case $answer in
              *'"exit_code":0,'*) ;;
              *) exit 1 ;;
            esac
            """;

    private BuildScript() {}

    /** Of a checklist with a build. @param context from the folder in which the script runs, as {@code list} */
    public static String building(Checklist checklist, String context, String list) {
        String file = context + "/" + checklist.build().orElseThrow().dockerfile();
        String tag = checklist.image().map(name -> " --tag " + quoted(name)).orElse("");
        return HEAD + BUILD.formatted(tag, quoted(path(file)), quoted(path(context))) + check(list);
    }

    /** Of an image that is there. @param image its reference */
    public static String checking(String image, String list) {
        return HEAD + "image=" + quoted(image) + "\n" + check(list);
    }

    private static String check(String list) {
        String rest = Json.write(Json.object().put("checklist", list)).substring(1);
        return CHECK.formatted(quoted(rest));
    }

    /** Never an option, an address, or the standard input. */
    private static String path(String relative) {
        return "./" + relative;
    }

    /** One word of a shell, whatever is in it. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
