import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Stages;
import dev.millwright.docker.lint.Linter;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times the reading and the linting of Dockerfiles after a warm-up.
 *
 * <p>{@code java -cp <classes and libraries of mcp-docker> bench/DockerfileTimes.java [ROUNDS]}
 */
public final class DockerfileTimes {
    private static final String SERVICE =
            """
            # syntax=docker/dockerfile:1
            ARG NODE_VERSION=20.11.1
            FROM --platform=$BUILDPLATFORM node:${NODE_VERSION}-bookworm-slim AS base
            WORKDIR /app
            ENV NODE_ENV=production PATH=/app/node_modules/.bin:$PATH \\
                TZ="Etc/UTC"

            FROM base AS deps
            COPY --link package.json package-lock.json ./
            RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev

            # the whole of it
            FROM base AS build
            COPY package.json package-lock.json ./
            RUN --mount=type=cache,target=/root/.npm npm ci
            COPY . .
            RUN set -eux; \\
                if [ "$(uname -m)" = aarch64 ]; then npm rebuild sharp; fi; \\
                # and the pages
                npm run build && npm prune --omit=dev

            FROM base
            LABEL org.opencontainers.image.title="service" org.opencontainers.image.licenses=MIT
            RUN apt-get update \\
                && apt-get install -y --no-install-recommends curl=7.88.1-10 tini=0.19.0-1 ca-certificates \\
                && rm -rf /var/lib/apt/lists/* \\
                && curl -fsSL https://example.org/key | tee /etc/key > /dev/null
            COPY <<EOF /etc/service.conf
            port=3000
            home=${NODE_ENV}
            EOF
            COPY --from=deps --chown=1000:1000 /app/node_modules ./node_modules
            COPY --from=build --chown=1000:1000 /app/dist ./dist
            EXPOSE 3000/tcp
            HEALTHCHECK --interval=30s --timeout=3s CMD curl -f http://localhost:3000/health || exit 1
            USER 1000
            ENTRYPOINT ["tini", "--"]
            CMD ["node", "dist/index.js"]
            """;

    private DockerfileTimes() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000;
        System.out.printf("%d lines, %d bytes%n", SERVICE.lines().count(), SERVICE.length());
        Dockerfile file = Dockerfile.parse(SERVICE);
        Work parse = () -> Dockerfile.parse(SERVICE).instructions().size();
        Work stages = () -> Stages.of(Dockerfile.parse(SERVICE)).all().size();
        Work lint = () -> Linter.lint(file).size();
        for (int i = 0; i < rounds; i++) {
            parse.run();
            stages.run();
            lint.run();
        }
        time("parse", rounds, parse);
        time("parse and stages", rounds, stages);
        time("lint", rounds, lint);
    }

    private interface Work {
        int run();
    }

    private static void time(String name, int rounds, Work work) {
        int sum = 0;
        long[] nanos = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            sum += work.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-16s p50 %.3f ms, p95 %.3f ms (%d)%n",
                name,
                nanos[rounds / 2] / 1e6,
                nanos[rounds * 95 / 100] / 1e6,
                sum);
    }
}
