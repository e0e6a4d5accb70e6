package dev.millwright.k8s.helm;

/** What is being done to a release. */
public enum Stage {
    INSTALL("install", "Install"),
    UPGRADE("upgrade", "Upgrade"),
    ROLLBACK("rollback", "Rollback");

    private final String word;
    private final String title;

    Stage(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /** As hooks name the moment: {@code pre-rollback}. */
    String before() {
        return "pre-" + word;
    }

    String after() {
        return "post-" + word;
    }

    /** As descriptions begin. */
    String title() {
        return title;
    }
}
