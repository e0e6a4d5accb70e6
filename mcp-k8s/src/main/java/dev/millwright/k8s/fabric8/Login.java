package dev.millwright.k8s.fabric8;

import dev.millwright.k8s.api.ApiError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** How we say who we are. */
interface Login {
    /**
     * What is shown to the API.
     *
     * @param authorization value of the header
     * @param certificate shown in the TLS handshake
     */
    record Credential(Optional<String> authorization, Optional<Certificate> certificate) {
        static final Credential NONE = new Credential(Optional.empty(), Optional.empty());

        static Credential bearer(String token) {
            return new Credential(Optional.of("Bearer " + token), Optional.empty());
        }
    }

    /** PEM. */
    record Certificate(String chain, String key) {}

    /** What is valid now; may run a program. @throws ApiError when there is none, saying what to do */
    Credential now();

    /** Tells that a credential was refused. @return whether there is another to try */
    boolean refused(Credential credential);

    /** The same for good. */
    record Fixed(Credential credential) implements Login {
        @Override
        public Credential now() {
            return credential;
        }

        @Override
        public boolean refused(Credential refused) {
            return false;
        }
    }

    /** Another, whose tokens are told to be kept out of answers. */
    final class Hidden implements Login {
        private final Login login;
        private final Consumer<Collection<String>> hide;
        private volatile Credential told = Credential.NONE;

        Hidden(Login login, Consumer<Collection<String>> hide) {
            this.login = login;
            this.hide = hide;
        }

        @Override
        public Credential now() {
            Credential now = login.now();
            if (!now.equals(told)) {
                now.authorization()
                        .map(value -> value.substring(value.indexOf(' ') + 1))
                        .ifPresent(secret -> hide.accept(List.of(secret)));
                told = now;
            }
            return now;
        }

        @Override
        public boolean refused(Credential credential) {
            return login.refused(credential);
        }
    }

    /** A file that others renew, as the kubelet does in a pod. */
    final class TokenFile implements Login {
        private final Path file;
        private Optional<FileTime> read = Optional.empty();
        private Credential credential = Credential.NONE;

        TokenFile(Path file) {
            this.file = file;
        }

        @Override
        public synchronized Credential now() {
            try {
                FileTime written = Files.getLastModifiedTime(file);
                if (read.isEmpty() || !read.get().equals(written)) {
                    credential = Credential.bearer(Files.readString(file).strip());
                    read = Optional.of(written);
                }
                return credential;
            } catch (IOException e) {
                throw new ApiError(
                        ApiError.UNREACHABLE,
                        "Login",
                        "log in",
                        "the token file " + file + " cannot be read: " + e.getMessage(),
                        Optional.of(e));
            }
        }

        @Override
        public synchronized boolean refused(Credential refused) {
            read = Optional.empty();
            return !now().equals(refused);
        }
    }
}
