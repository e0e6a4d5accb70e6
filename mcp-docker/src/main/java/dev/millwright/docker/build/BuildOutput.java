package dev.millwright.docker.build;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/** Takes the lines of an engine's answer to a build, and says what they told. */
interface BuildOutput {
    void take(JsonNode line) throws IOException;

    /** Id of the image, empty text until there is one. */
    String image();

    /** What went wrong, empty text where nothing did. */
    String error();

    List<BuildStep> steps();

    List<String> warnings();

    String log();
}
