package dev.millwright.docker.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfReaderTest {
    @TempDir
    Path folder;

    private static ElfFile read(Path file) throws IOException {
        return ElfReader.read(Files.readAllBytes(file)).orElseThrow();
    }

    @Test
    void readsWhatALinkerWrote() throws IOException {
        Native made = new Native(folder);
        Path libc = made.versioned("libc.so.6", "GLIBC_2.4", "GLIBC_2.34", "GLIBC_PRIVATE");
        Path ssl = made.versioned("libssl.so.3", "OPENSSL_3.0.0");
        ElfFile module = read(made.module("a.node", List.of(libc, ssl), "GLIBC_2.4", "OPENSSL_3.0.0"));
        assertThat(module.machine()).isEqualTo(machine());
        assertThat(module.needed()).containsExactly("libc.so.6", "libssl.so.3");
        assertThat(module.wanted()).containsExactlyInAnyOrder("GLIBC_2.4", "OPENSSL_3.0.0");
        assertThat(module.glibcWanted()).contains("2.4");
        assertThat(module.runPath()).containsExactly("$ORIGIN/../lib");
        assertThat(module.interpreter()).isEmpty();
        assertThat(module.isGlibc()).isTrue();
        ElfFile library = read(libc);
        assertThat(library.soname()).contains("libc.so.6");
        assertThat(library.glibcDefined()).contains("2.34");
    }

    private static String machine() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : System.getProperty("os.arch");
    }

    @Test
    void readsTheMachinesOwnProgramsAsReadelfDoes() throws Exception {
        Path program = Path.of("/bin/ls").toRealPath();
        ElfFile read = read(program);
        Process readelf = new ProcessBuilder("readelf", "-dlV", program.toString()).start();
        String said = new String(readelf.getInputStream().readAllBytes());
        assertThat(said).contains("interpreter: " + read.interpreter().orElseThrow());
        read.needed().forEach(each -> assertThat(said).contains("Shared library: [" + each + "]"));
        assertThat(said.lines().filter(each -> each.contains("(NEEDED)")).count())
                .isEqualTo(read.needed().size());
        read.wanted().forEach(each -> assertThat(said).contains("Name: " + each + " "));
        assertThat(read.wanted()).isNotEmpty();
    }

    @Test
    void comparesVersionsNumberByNumber() {
        assertThat(ElfFile.compare("2.4", "2.34")).isNegative();
        assertThat(ElfFile.compare("2.34", "2.34")).isZero();
        assertThat(ElfFile.compare("2.2.5", "2.2")).isPositive();
        assertThat(ElfFile.compare("99999999999999999999", "2")).isPositive();
    }

    @Test
    void saysNothingOfWhatIsNoElfOrDamaged() throws IOException {
        assertThat(ElfReader.read("#!/bin/sh\n".getBytes())).isEmpty();
        assertThat(ElfReader.read(new byte[] {0x7f, 'E', 'L', 'F'})).isEmpty();
        byte[] whole = Files.readAllBytes(new Native(folder).module("a.node", List.of()));
        Random random = new Random(3);
        int read = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] changed = whole.clone();
            for (int j = 0; j < 8; j++) {
                changed[random.nextInt(i % 2 == 0 ? 1_024 : changed.length)] = (byte) random.nextInt();
            }
            read += ElfReader.read(changed).isPresent() ? 1 : 0;
        }
        assertThat(read).isBetween(1, 2_999);
    }
}
