package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.archive.TestImage;
import dev.millwright.docker.archive.TestImage.Packing;
import dev.millwright.docker.archive.TestLayer;
import dev.millwright.docker.elf.Native;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Images with real ELF files, made by gcc with chosen names and versions. */
@EnabledIfSystemProperty(
        named = "os.arch",
        matches = "amd64",
        disabledReason = "the images say amd64, as their binaries are")
class VerifyPrismaBinaryTest {
    private static final String CLIENT = "app/node_modules/.prisma/client/";
    private static final String LIB = "usr/lib/x86_64-linux-gnu/";

    @TempDir
    static Path made;

    private static byte[] libc;
    private static byte[] ssl3;
    private static byte[] ssl11;
    private static byte[] engine;
    private static byte[] newer;
    private static byte[] musl;

    @TempDir
    Path data;

    @TempDir
    Path root;

    private Docker docker;

    @BeforeAll
    static void compile() throws IOException {
        Native gcc = new Native(made);
        Path c = gcc.versioned("libc.so.6", "GLIBC_2.17", "GLIBC_2.31");
        Path c36 = new Native(Files.createDirectory(made.resolve("36"))).versioned("libc.so.6", "GLIBC_2.36");
        Path three = gcc.library("libssl.so.3");
        libc = Files.readAllBytes(c);
        ssl3 = Files.readAllBytes(three);
        ssl11 = Files.readAllBytes(gcc.library("libssl.so.1.1"));
        engine = Files.readAllBytes(gcc.module("engine", List.of(c, three), "GLIBC_2.17"));
        newer = Files.readAllBytes(gcc.module("newer", List.of(c36, three), "GLIBC_2.36"));
        musl = Files.readAllBytes(gcc.module("musl", List.of(gcc.library("libc.musl-x86_64.so.1"))));
    }

    @BeforeEach
    void open() {
        docker = new Docker(data, RealEngine.reachOf("{'roots':['" + root + "']}"));
    }

    @AfterEach
    void close() throws Exception {
        docker.close();
    }

    private static TestLayer debian() {
        return new TestLayer()
                .file("usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
                .link("etc/os-release", "../usr/lib/os-release")
                .dir("usr/lib/x86_64-linux-gnu")
                .link("lib", "usr/lib")
                .file(LIB + "libc.so.6", libc);
    }

    private static TestLayer alpine() {
        return new TestLayer().file("etc/os-release", "ID=alpine\n").file("lib/ld-musl-x86_64.so.1", "loader");
    }

    private static TestLayer prisma(String version, String schema) {
        return new TestLayer()
                .file(
                        "app/node_modules/@prisma/client/package.json",
                        "{\"name\":\"@prisma/client\",\"version\":\"" + version + "\"}")
                .file(
                        CLIENT + "schema.prisma",
                        "generator client {\n  provider = \"prisma-client-js\"\n  " + schema + "\n}\n");
    }

    private JsonNode verify(String more, TestLayer... layers) throws Exception {
        TestImage image = new TestImage();
        for (TestLayer each : layers) {
            image.layer("COPY . /", each);
        }
        Files.write(root.resolve("image.tar"), image.layout(Packing.GZIP, true, "app:1"));
        return docker.call("verify_prisma_binary", "{'path':'image.tar'" + more + "}");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @Test
    void passesAnEngineThatFitsItsImage() throws Exception {
        JsonNode answer = verify(
                "",
                debian().file(LIB + "libssl.so.3", ssl3),
                prisma("6.19.0", "binaryTargets = [\"native\"]")
                        .file(CLIENT + "libquery_engine-debian-openssl-3.0.x.so.node", engine));
        assertThat(answer.path("ok").asBoolean()).as(answer.toString()).isTrue();
        assertThat(answer.path("expected_target").asText()).isEqualTo("debian-openssl-3.0.x");
        assertThat(answer.path("libc").asText()).isEqualTo("glibc 2.31");
        assertThat(texts(answer.path("generators").path(0).path("binary_targets")))
                .containsExactly("native");
        assertThat(answer.path("modules").path(0).path("engine").asText()).isEqualTo("query");
        assertThat(answer.path("modules").path(0).path("libssl").asText()).isEqualTo("libssl.so.3");
    }

    @Test
    void findsAnEngineForAnotherTargetAndTellsTheFix() throws Exception {
        JsonNode answer = verify(
                "",
                debian().file(LIB + "libssl.so.1.1", ssl11),
                prisma("5.22.0", "").file(CLIENT + "libquery_engine-debian-openssl-3.0.x.so.node", engine));
        assertThat(answer.path("ok").asBoolean(true)).isFalse();
        assertThat(texts(answer.path("problems")))
                .containsExactly(
                        "Prisma 5.22.0 picks debian-openssl-1.1.x here, and the image has query engines for debian-openssl-3.0.x",
                        "/" + CLIENT
                                + "libquery_engine-debian-openssl-3.0.x.so.node: needs libssl.so.3, which the image"
                                + " does not have; it has libssl.so.1.1");
        assertThat(texts(answer.path("fixes")))
                .containsExactly("generator client: binaryTargets = [\"native\", \"debian-openssl-1.1.x\"]");
    }

    @Test
    void findsWhatPrismaDoesNotSeeOnAlpineSince321() throws Exception {
        TestLayer system = alpine().file("usr/lib/libssl.so.3", ssl3);
        JsonNode old = verify(
                "",
                system,
                prisma("6.0.1", "").file(CLIENT + "libquery_engine-linux-musl-openssl-3.0.x.so.node", musl));
        assertThat(old.path("expected_target").asText()).isEqualTo("linux-musl");
        assertThat(texts(old.path("fixes"))).anyMatch(each -> each.startsWith("upgrade Prisma to 6.1.0"));
        JsonNode now = verify(
                ",'prisma_version':'6.1.0'",
                alpine().file("usr/lib/libssl.so.3", ssl3),
                prisma("6.0.1", "").file(CLIENT + "libquery_engine-linux-musl-openssl-3.0.x.so.node", musl));
        assertThat(now.path("expected_target").asText()).isEqualTo("linux-musl-openssl-3.0.x");
        assertThat(now.path("ok").asBoolean()).as(now.toString()).isTrue();
    }

    @Test
    void findsBinariesOfAnotherLibcArchitectureAndAge() throws Exception {
        byte[] arm = engine.clone();
        arm[18] = (byte) 183;
        JsonNode onAlpine = verify("", alpine(), new TestLayer().file("app/node_modules/bcrypt/bcrypt.node", engine));
        assertThat(texts(onAlpine.path("problems")))
                .containsExactly("/app/node_modules/bcrypt/bcrypt.node: linked with glibc, the image has musl");
        JsonNode onDebian = verify(
                "",
                debian().file(LIB + "libssl.so.3", ssl3),
                new TestLayer()
                        .file("app/a/arm.node", arm)
                        .file("app/a/musl.node", musl)
                        .file("app/a/newer.node", newer)
                        .file("app/a/text.node", "no binary"));
        assertThat(texts(onDebian.path("problems")))
                .containsExactly(
                        "/app/a/arm.node: built for arm64, the image is amd64",
                        "/app/a/musl.node: linked with musl, the image has glibc 2.31",
                        "/app/a/newer.node: needs glibc 2.36, the image has 2.31");
        assertThat(onDebian.path("prisma").isMissingNode()).isTrue();
    }

    @Test
    void needsNoQueryEngineWhereTheClientIsTheEngine() throws Exception {
        TestLayer system = debian().file(LIB + "libssl.so.3", ssl3);
        assertThat(verify("", system, prisma("6.16.0", "engineType = \"client\""))
                        .path("ok")
                        .asBoolean())
                .isTrue();
        assertThat(verify("", debian().file(LIB + "libssl.so.3", ssl3), prisma("7.1.0", ""))
                        .path("ok")
                        .asBoolean())
                .isTrue();
        JsonNode six =
                verify("", debian().file(LIB + "libssl.so.3", ssl3), prisma("6.15.0", "engineType = \"client\""));
        assertThat(texts(six.path("problems")))
                .containsExactly("Prisma 6.15.0 picks debian-openssl-3.0.x here, and the image has no query engine");
    }

    /** The schema that counts is at no usual place, and another one that lies about says something else. */
    @Test
    void judgesTheSchemaThatIsNamed() throws Exception {
        TestLayer[] layers = {
            debian().file(LIB + "libssl.so.3", ssl3), prisma("6.19.0", "").file("srv/db/main.prisma", """
                    // generator old { engineType = "library" }
                    datasource db {
                      url = "postgres://h/x // no comment }"
                    }
                    generator docs {
                      provider = "prisma-docs-generator"
                    }
                    generator client {
                      provider      = "prisma-client"   // the new one
                      output        = "../generated"
                      engineType    = "client"
                      binaryTargets = ["native",
                                       "rhel-openssl-3.0.x"] // for Lambda
                    }
                    """)
        };
        JsonNode usual = verify("", layers);
        assertThat(usual.path("ok").asBoolean(true)).isFalse();
        JsonNode named =
                docker.call("verify_prisma_binary", "{'path':'image.tar','schema_path':'/srv/db/main.prisma'}");
        assertThat(named.path("ok").asBoolean()).as(named.toString()).isTrue();
        assertThat(named.path("generators")).hasSize(1);
        JsonNode generator = named.path("generators").path(0);
        assertThat(generator.path("schema").asText()).isEqualTo("/srv/db/main.prisma");
        assertThat(generator.path("name").asText()).isEqualTo("client");
        assertThat(generator.path("provider").asText()).isEqualTo("prisma-client");
        assertThat(generator.path("engine_type").asText()).isEqualTo("client");
        assertThat(generator.path("output").asText()).isEqualTo("../generated");
        assertThat(texts(generator.path("binary_targets"))).containsExactly("native", "rhel-openssl-3.0.x");
        assertThat(docker.call("verify_prisma_binary", "{'path':'image.tar','schema_path':'srv/db'}"))
                .isEqualTo(named);
    }

    @Test
    void refusesASchemaThatIsNotThere() throws Exception {
        verify("", debian(), prisma("6.19.0", "").file("app/none.prisma", "model A { id Int @id }"));
        String call = "{'path':'image.tar','schema_path':'%s'}";
        ToolException missing = docker.refusal("verify_prisma_binary", call.formatted("db/main.prisma"));
        assertThat(missing.kind()).isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(missing)
                .hasMessage("/schema_path \"db/main.prisma\" is not there; there is /app/none.prisma, /" + CLIENT
                        + "schema.prisma");
        assertThat(docker.refusal("verify_prisma_binary", call.formatted(" ")))
                .hasMessageContaining("/schema_path must be a path");
        assertThat(docker.refusal("verify_prisma_binary", call.formatted("/app/none.prisma")))
                .hasMessageContaining("has no generator block");
        assertThat(docker.refusal("verify_prisma_binary", call.formatted("/etc/os-release")))
                .hasMessageContaining("no .prisma file");
        assertThat(docker.refusal("verify_prisma_binary", call.formatted("/etc")))
                .hasMessageContaining("a folder without .prisma files");
    }

    @Test
    void asksForTheKindOfEngineWhereTheClientLooksForIt() throws Exception {
        TestLayer[] layers = {
            debian().file(LIB + "libssl.so.3", ssl3),
            prisma("6.10.0", "engineType = \"binary\"")
                    .file("app/node_modules/@prisma/engines/query-engine-debian-openssl-3.0.x", engine)
                    .file(CLIENT + "libquery_engine-debian-openssl-3.0.x.so.node", engine)
        };
        JsonNode answer = verify("", layers);
        assertThat(texts(answer.path("problems")))
                .containsExactly(
                        "Prisma 6.10.0 picks debian-openssl-3.0.x here, and the image has no binary query engine"
                                + " where the client looks; what the command line has does not serve it");
        assertThat(texts(answer.path("fixes")))
                .containsExactly(
                        "RUN npx prisma generate in the image's last stage, or COPY what it made with its engines");
    }

    @Test
    void judgesEachGeneratorByItsOutput() throws Exception {
        JsonNode answer = verify(
                "",
                debian().file(LIB + "libssl.so.3", ssl3),
                prisma("6.10.0", "")
                        .file("app/prisma/schema.prisma", """
                        generator one {
                          provider = "prisma-client-js"
                          output = "../one"
                        }
                        generator two {
                          provider = "prisma-client-js"
                          output = "../two"
                          binaryTargets = ["debian-openssl-1.1.x"]
                        }
                        """)
                        .file("app/one/libquery_engine-debian-openssl-3.0.x.so.node", engine)
                        .file("app/two/libquery_engine-debian-openssl-1.1.x.so.node", engine));
        assertThat(texts(answer.path("problems")))
                .filteredOn(each -> each.contains("two"))
                .containsExactly(
                        "generator two of /app/prisma/schema.prisma: Prisma 6.10.0 picks debian-openssl-3.0.x here,"
                                + " and the image has query engines for debian-openssl-1.1.x");
        assertThat(texts(answer.path("problems"))).noneMatch(each -> each.contains("generator one"));
        assertThat(texts(answer.path("fixes")))
                .contains("generator two: binaryTargets = [\"debian-openssl-1.1.x\", \"debian-openssl-3.0.x\"]");
    }

    @Test
    void takesTheCopyOfASchemaForNoSecondOne() throws Exception {
        JsonNode answer = verify(
                "",
                debian().file(LIB + "libssl.so.3", ssl3),
                prisma("6.19.0", "")
                        .file("app/prisma/schema.prisma", "generator client {\n  provider = \"prisma-client-js\"\n}\n")
                        .file(CLIENT + "libquery_engine-debian-openssl-3.0.x.so.node", engine));
        assertThat(answer.path("ok").asBoolean()).as(answer.toString()).isTrue();
        assertThat(answer.path("generators").findValuesAsText("schema")).containsExactly("/app/prisma/schema.prisma");
    }

    @Test
    void saysThatTheNewGeneratorNeedsAnOutput() throws Exception {
        Path folder = Files.createDirectories(root.resolve("shop/prisma"));
        Files.writeString(folder.resolve("schema.prisma"), "generator client {\n  provider = \"prisma-client\"\n}\n");
        for (String path : List.of("prisma/schema.prisma", "/prisma/schema.prisma", "shop/prisma/schema.prisma")) {
            JsonNode answer = docker.call("verify_prisma_binary", "{'path':'shop','schema_path':'" + path + "'}");
            assertThat(texts(answer.path("problems")))
                    .containsExactly("generator client of /prisma/schema.prisma: prisma-client needs output");
        }
    }

    @Test
    void saysThatOpensslIsMissing() throws Exception {
        JsonNode answer = verify(
                "",
                debian(),
                prisma("6.19.0", "").file(CLIENT + "libquery_engine-debian-openssl-1.1.x.so.node", ssl11));
        assertThat(texts(answer.path("problems")))
                .containsExactly("Prisma 6.19.0 finds no libssl and takes 1.1.x for granted");
        assertThat(texts(answer.path("fixes"))).first().asString().startsWith("RUN apt-get update");
    }

    @Test
    void looksAtTheFinalImageAlone() throws Exception {
        JsonNode answer = verify(
                "", alpine(), new TestLayer().file("app/x.node", engine), new TestLayer().whiteout("app/x.node"));
        assertThat(answer.path("ok").asBoolean()).isTrue();
        assertThat(answer.path("modules")).isEmpty();
    }

    @Test
    void looksAtEveryLibraryWhenAsked() throws Exception {
        TestLayer wheel =
                new TestLayer().file("usr/lib/python3/site-packages/_x.cpython-312-x86_64-linux-gnu.so", newer);
        assertThat(verify(",'scan_all_native':false", debian(), wheel)
                        .path("ok")
                        .asBoolean())
                .isTrue();
        assertThat(verify(
                                ",'scan_all_native':true",
                                debian(),
                                new TestLayer()
                                        .file(
                                                "usr/lib/python3/site-packages/_x.cpython-312-x86_64-linux-gnu.so",
                                                newer))
                        .path("ok")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    void readsAFolderOfAProject() throws Exception {
        Path client = Files.createDirectories(root.resolve("shop/node_modules/.prisma/client"));
        Files.write(client.resolve("libquery_engine-rhel-openssl-3.0.x.so.node"), engine);
        Files.writeString(
                client.resolve("schema.prisma"),
                "generator client {\n  binaryTargets = [\"native\", \"rhel-openssl-3.0.x\"]\n}\n");
        Path packages = Files.createDirectories(root.resolve("shop/node_modules/@prisma/client"));
        Files.writeString(packages.resolve("package.json"), "{\"version\": \"5.10.2\"}");
        Files.createSymbolicLink(root.resolve("shop/loop"), Path.of(".."));
        JsonNode answer = docker.call("verify_prisma_binary", "{'path':'shop'}");
        assertThat(answer.path("prisma").asText()).isEqualTo("5.10.2");
        assertThat(texts(answer.path("generators").path(0).path("binary_targets")))
                .containsExactly("native", "rhel-openssl-3.0.x");
        assertThat(answer.path("modules").path(0).path("target").asText()).isEqualTo("rhel-openssl-3.0.x");
        assertThat(answer.path("ok").asBoolean()).isTrue();
    }

    @Test
    void readsAContainerWithWhatWasAddedToIt() throws Exception {
        String name = "prisma-" + UUID.randomUUID().toString().substring(0, 8);
        String image = "millwright-test/" + name + ":1";
        RealEngine.image(image, Map.of("etc/os-release", "ID=alpine\n".getBytes(), "lib/ld-musl-x86_64.so.1", musl));
        try (Docker real = new Docker(data.resolve("real"), RealEngine.reach("{'name-prefix':'prisma-'}"))) {
            RealEngine.docker(
                    "create",
                    "--workdir",
                    "/lib",
                    "--label",
                    "dev.millwright.test=dk-layers",
                    "--name",
                    name,
                    image,
                    "/none");
            Path module = Files.createDirectories(root.resolve("copied")).resolve("added.node");
            Files.write(module, engine);
            RealEngine.docker("cp", module.toString(), name + ":/added.node");
            JsonNode answer = real.call("verify_prisma_binary", "{'container':'" + name + "'}");
            assertThat(texts(answer.path("problems")))
                    .containsExactly("/added.node: linked with glibc, the image has musl");
            Path schema = root.resolve("my.prisma");
            Files.writeString(schema, "generator client {\n  provider = \"prisma-client-js\"\n}\n");
            RealEngine.docker("cp", schema.toString(), name + ":/lib/my.prisma");
            JsonNode named =
                    real.call("verify_prisma_binary", "{'container':'" + name + "','schema_path':'my.prisma'}");
            assertThat(named.path("generators").path(0).path("schema").asText()).isEqualTo("/lib/my.prisma");
        } finally {
            RealEngine.docker("rm", "-f", name);
            RealEngine.docker("rmi", "-f", image);
        }
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThat(docker.refusal("verify_prisma_binary", "{}")).hasMessageContaining("/image");
        assertThat(docker.refusal("verify_prisma_binary", "{'container':'a','path':'b'}")
                        .kind())
                .isEqualTo(ToolException.Kind.INVALID_INPUT);
        assertThat(docker.refusal("verify_prisma_binary", "{'path':'.','prisma_version':'new'}"))
                .hasMessageContaining("/prisma_version");
    }
}
