package dev.millwright.testing.conformance;

import java.util.HexFormat;

/** The smallest picture and the smallest sound that decoders accept. */
final class Media {
    private static final String PNG = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de00"
            + "00000c4944415478da63f8cfc0000003010100f70341430000000049454e44ae426082";

    private static final String WAV = "524946462c00000057415645666d74201000000001000100401f"
            + "0000803e00000200100064617461080000000000000000000000";

    private Media() {}

    /** One red pixel. */
    static byte[] png() {
        return HexFormat.of().parseHex(PNG);
    }

    /** Half a millisecond of silence, 8 kHz, 16 bits, mono. */
    static byte[] wav() {
        return HexFormat.of().parseHex(WAV);
    }
}
