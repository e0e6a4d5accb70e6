package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.config.Secret;
import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.GitReach;
import dev.millwright.git.config.SigningKey;
import dev.millwright.git.config.SigningKey.Format;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.git.sign.Signing;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TagBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Native Git, with the ssh-keygen and gpg it starts, says whether our signatures are good. */
class SigningTest {
    private static final String PASSPHRASE = "correct horse";

    @TempDir
    Path temporary;

    private Path root;
    private Path keys;
    private Path gnupg;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectories(temporary.resolve("root"));
        keys = Files.createDirectories(temporary.resolve("keys"));
        gnupg = Files.createDirectory(
                temporary.resolve("gnupg"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        program("git", "init", "-q", "-b", "main", ".");
    }

    @AfterEach
    void stopAgent() throws Exception {
        program("gpgconf", "--kill", "all");
    }

    @ParameterizedTest
    @CsvSource({"ed25519,0", "ecdsa,256", "ecdsa,384", "ecdsa,521", "rsa,2048"})
    void gitVerifiesWhatAnSshKeySigned(String type, String bits) throws Exception {
        Path key = sshKey(type, bits, "");
        commitAndTag(new SigningKey(Format.SSH, key.toString(), Optional.empty()));
        verify(key);
    }

    @Test
    void unlocksAnSshKey() throws Exception {
        Path key = sshKey("ed25519", "0", PASSPHRASE);
        commitAndTag(new SigningKey(Format.SSH, key.toString(), secret("PASSPHRASE")));
        verify(key);
    }

    @ParameterizedTest
    @CsvSource({"ed25519,''", "rsa2048,''", "nistp256,''", "ed25519,correct horse", "rsa2048,correct horse"})
    void gitVerifiesWhatAnOpenPgpKeySigned(String algorithm, String passphrase) throws Exception {
        Path key = pgpKey(algorithm, passphrase);
        commitAndTag(new SigningKey(
                Format.OPENPGP, key.toString(), passphrase.isEmpty() ? Optional.empty() : secret("PASSPHRASE")));
        assertThat(program("git", "verify-commit", "main")).contains("Good signature from \"Ada");
        assertThat(program("git", "verify-tag", "v1")).contains("Good signature from \"Ada");
    }

    @Test
    void signsWithTheNewestPartOfAnOpenPgpKeyThatMaySign() throws Exception {
        pgpKey("rsa2048", "");
        String fingerprint =
                program("gpg", "--list-keys", "--with-colons").replaceAll("(?s).*?\nfpr:+([0-9A-F]+):.*", "$1");
        gpg("", "--quick-add-key", fingerprint, "ed25519", "sign");
        gpg("", "--quick-add-key", fingerprint, "rsa2048", "encr");
        Path key = keys.resolve("parts");
        gpg("", "--armor", "--output", key.toString(), "--export-secret-subkeys");
        own(key);
        commitAndTag(new SigningKey(Format.OPENPGP, key.toString(), Optional.empty()));
        assertThat(program("git", "verify-commit", "main")).contains("Good signature", "using EDDSA key");
    }

    @Test
    void saysWhyAKeyCannotBeUsed() throws Exception {
        Path locked = sshKey("ed25519", "0", PASSPHRASE);
        assertThat(refusal(new SigningKey(Format.SSH, locked.toString(), Optional.empty())))
                .startsWith("the configured signing key cannot be used: ");
        assertThat(refusal(new SigningKey(Format.SSH, locked.toString(), secret("WRONG"))))
                .startsWith("the configured signing key cannot be used: ")
                .doesNotContain("incorrect");
        assertThat(refusal(new SigningKey(Format.OPENPGP, locked.toString(), Optional.empty())))
                .contains("signing key cannot be used");
        assertThat(refusal(new SigningKey(Format.SSH, keys.resolve("none").toString(), Optional.empty())))
                .contains("none is no key file");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(refusal(new SigningKey(Format.SSH, locked.toString(), secret("PASSPHRASE"))))
                .contains("run chmod 600");
    }

    @Test
    void leavesUnsignedWhatHasNoKey() throws Exception {
        try (Repositories repositories = repositories(Optional.empty());
                Repo repo = repositories.open(new FakeCall(), Optional.empty())) {
            CommitBuilder commit = commit(ObjectId.zeroId());
            assertThat(signing().sign(repo, commit)).isFalse();
            assertThat(commit.getGpgSignature()).isNull();
        }
    }

    private String refusal(SigningKey key) {
        try {
            signing().check(key);
        } catch (ToolException e) {
            assertThat(e.kind()).isEqualTo(ToolException.Kind.UNAVAILABLE);
            return e.getMessage();
        }
        throw new AssertionError(key + " was taken");
    }

    private void verify(Path key) throws Exception {
        Path allowed = keys.resolve("allowed");
        Files.writeString(allowed, "ada@example.org " + Files.readString(keys.resolve(key.getFileName() + ".pub")));
        String option = "gpg.ssh.allowedSignersFile=" + allowed;
        assertThat(program("git", "-c", option, "verify-commit", "main")).contains("Good \"git\" signature for ada@");
        assertThat(program("git", "-c", option, "verify-tag", "v1")).contains("Good \"git\" signature for ada@");
    }

    /** A commit with a message that is not ASCII on {@code main}, and the tag {@code v1} of it. */
    private void commitAndTag(SigningKey key) throws IOException {
        try (Repositories repositories = repositories(Optional.of(key));
                Repo repo = repositories.open(new FakeCall(), Optional.empty());
                ObjectInserter inserter = repo.git().newObjectInserter()) {
            CommitBuilder commit = commit(inserter.insert(Constants.OBJ_TREE, new byte[0]));
            assertThat(signing().sign(repo, commit)).isTrue();
            ObjectId id = inserter.insert(commit);
            TagBuilder tag = new TagBuilder();
            tag.setTag("v1");
            tag.setTagger(commit.getAuthor());
            tag.setMessage("Größe\n");
            tag.setObjectId(id, Constants.OBJ_COMMIT);
            assertThat(signing().sign(repo, tag)).isTrue();
            ObjectId tagId = inserter.insert(tag);
            inserter.flush();
            Files.createDirectories(root.resolve(".git/refs/tags"));
            Files.writeString(root.resolve(".git/refs/heads/main"), id.name() + "\n");
            Files.writeString(root.resolve(".git/refs/tags/v1"), tagId.name() + "\n");
        }
    }

    private static CommitBuilder commit(ObjectId tree) {
        CommitBuilder commit = new CommitBuilder();
        commit.setTreeId(tree);
        commit.setAuthor(new PersonIdent("Ada", "ada@example.org"));
        commit.setCommitter(new PersonIdent("Ada", "ada@example.org"));
        commit.setMessage("Größe\n\nzwei\n");
        return commit;
    }

    private Repositories repositories(Optional<SigningKey> key) {
        GitReach reach = new GitReach(List.of(root.toString()), Optional.empty(), key, Map.of(), Map.of());
        return new Repositories(Map.of(Tenant.DEFAULT, reach), GitConfig.defaults(), List.of());
    }

    private static Signing signing() {
        Map<String, String> environment = Map.of("PASSPHRASE", PASSPHRASE, "WRONG", "incorrect");
        return new Signing(secret -> () -> environment.get(secret.env().orElseThrow()));
    }

    private static Optional<Secret> secret(String variable) {
        return Optional.of(new Secret(Optional.of(variable), Optional.empty(), Optional.empty()));
    }

    private Path sshKey(String type, String bits, String passphrase) throws Exception {
        Path key = keys.resolve(type + bits);
        List<String> command =
                new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", key.toString()));
        if (!bits.equals("0")) {
            command.addAll(List.of("-b", bits));
        }
        program(command.toArray(String[]::new));
        return key;
    }

    private Path pgpKey(String algorithm, String passphrase) throws Exception {
        gpg(passphrase, "--quick-gen-key", "Ada <ada@example.org>", algorithm, "sign", "never");
        Path key = keys.resolve("pgp");
        gpg(passphrase, "--armor", "--output", key.toString(), "--export-secret-keys");
        own(key);
        return key;
    }

    private static void own(Path key) throws IOException {
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    private void gpg(String passphrase, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("gpg", "-q", "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase));
        command.addAll(List.of(arguments));
        program(command.toArray(String[]::new));
    }

    private String program(String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "GNUPGHOME",
                        gnupg.toString(),
                        "GIT_CONFIG_NOSYSTEM",
                        "1",
                        "GIT_CONFIG_GLOBAL",
                        "/dev/null",
                        "LC_ALL",
                        "C.UTF-8"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }
}
