package dev.millwright.docker.failure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All signatures, found in a line in one pass. */
final class Signatures {
    /** Longer lines are looked at only so far, in characters: no tool says its cause later. */
    private static final int LONGEST = 4_000;

    private static final List<List<Signature>> BY_ANCHOR;
    private static final Anchors ANCHORS;

    static {
        Map<String, List<Signature>> by = new LinkedHashMap<>();
        all().forEach(each ->
                by.computeIfAbsent(each.anchor(), any -> new ArrayList<>()).add(each));
        BY_ANCHOR = List.copyOf(by.values());
        ANCHORS = new Anchors(List.copyOf(by.keySet()));
    }

    private Signatures() {}

    static Stream<Signature> all() {
        return Stream.of(
                        ImageSignatures.ALL,
                        PackageSignatures.ALL,
                        NodeSignatures.ALL,
                        PythonSignatures.ALL,
                        LanguageSignatures.ALL,
                        NetworkSignatures.ALL,
                        SystemSignatures.ALL)
                .flatMap(List::stream);
    }

    /** What a line says; the first signature that matches of each class. */
    static List<Hit> find(String line, int at) {
        String text = line.length() > LONGEST ? line.substring(0, LONGEST) : line;
        List<Hit> hits = new ArrayList<>();
        ANCHORS.find(text, index -> {
            for (Signature each : BY_ANCHOR.get(index)) {
                if (hits.stream()
                        .noneMatch(hit ->
                                hit.kind() == each.kind() && !hit.subject().isEmpty())) {
                    Optional<String> subject = each.match(text);
                    subject.ifPresent(about -> hits.add(new Hit(each.kind(), each.isWeak(), at, line, about)));
                }
            }
        });
        return hits;
    }
}
