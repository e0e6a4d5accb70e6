package dev.millwright.docker.failure;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which package of a distribution has a program, a header or a library; from the distributions' own contents lists. */
final class Packages {
    /** Name, then the package of Debian and Ubuntu, of Alpine, of Fedora and its kin; {@code -} for none. */
    private static final Map<String, String[]> PROGRAMS = table("""
            add-apt-repository software-properties-common - -
            autoconf autoconf autoconf autoconf
            autoreconf autoconf autoconf autoconf
            automake automake automake automake
            aws awscli aws-cli awscli
            bash bash bash bash
            bison bison bison bison
            bunzip2 bzip2 bzip2 bzip2
            bzip2 bzip2 bzip2 bzip2
            c++ build-essential build-base gcc-c++
            cargo cargo cargo cargo
            cc build-essential build-base gcc
            clang clang clang clang
            cmake cmake cmake cmake
            composer composer composer composer
            convert imagemagick imagemagick ImageMagick
            cpio cpio cpio cpio
            cron cron dcron cronie
            crontab cron dcron cronie
            curl curl curl curl
            dig dnsutils bind-tools bind-utils
            dos2unix dos2unix dos2unix dos2unix
            ffmpeg ffmpeg ffmpeg ffmpeg-free
            file file file file
            flex flex flex flex
            g++ build-essential build-base gcc-c++
            gcc build-essential build-base gcc
            gettext gettext gettext gettext
            envsubst gettext-base gettext gettext
            gfortran gfortran gfortran gcc-gfortran
            git git git git
            go golang-go go golang
            gosu gosu gosu -
            gpg gnupg gnupg gnupg2
            gradle gradle gradle -
            gunzip gzip gzip gzip
            hostname hostname busybox hostname
            htpasswd apache2-utils apache2-utils httpd-tools
            ifconfig net-tools net-tools net-tools
            ip iproute2 iproute2 iproute
            java default-jre-headless openjdk21-jre-headless java-21-openjdk-headless
            javac default-jdk-headless openjdk21-jdk java-21-openjdk-devel
            jq jq jq jq
            killall psmisc psmisc psmisc
            ld binutils binutils binutils
            less less less less
            libtool libtool libtool libtool
            libtoolize libtool libtool libtool
            locale-gen locales - glibc-langpack-en
            lsb_release lsb-release lsb-release-minimal redhat-lsb-core
            lsof lsof lsof lsof
            make make make make
            meson meson meson meson
            mvn maven maven maven
            mysql default-mysql-client mysql-client mysql
            nano nano nano nano
            nc netcat-openbsd netcat-openbsd nmap-ncat
            ninja ninja-build samurai ninja-build
            node nodejs nodejs nodejs
            npm npm npm npm
            openssl openssl openssl openssl
            patch patch patch patch
            perl perl perl perl
            php php-cli php php-cli
            ping iputils-ping iputils iputils
            pip python3-pip py3-pip python3-pip
            pip3 python3-pip py3-pip python3-pip
            pkg-config pkg-config pkgconf pkgconf-pkg-config
            protoc protobuf-compiler protobuf-dev protobuf-compiler
            ps procps procps procps-ng
            psql postgresql-client postgresql-client postgresql
            python python-is-python3 python3 python3
            python3 python3 python3 python3
            rsync rsync rsync rsync
            ruby ruby ruby ruby
            rustc rustc rust rust
            sed sed sed sed
            ssh openssh-client openssh-client openssh-clients
            ssh-keyscan openssh-client openssh-client openssh-clients
            strip binutils binutils binutils
            su-exec - su-exec -
            sudo sudo sudo sudo
            supervisord supervisor supervisor supervisor
            svn subversion subversion subversion
            swig swig swig swig
            tar tar tar tar
            tini tini tini tini
            tree tree tree tree
            unzip unzip unzip unzip
            useradd passwd shadow shadow-utils
            groupadd passwd shadow shadow-utils
            usermod passwd shadow shadow-utils
            vim vim vim vim-enhanced
            wget wget wget wget
            which debianutils which which
            xz xz-utils xz xz
            yarn yarnpkg yarn yarnpkg
            zip zip zip zip
            zstd zstd zstd zstd
            """);

    /** A header, what CMake or pkg-config calls it, or a linker's {@code -lname}; columns as above. */
    private static final Map<String, String[]> HEADERS = table("""
            Python.h python3-dev python3-dev python3-devel
            pg_config libpq-dev postgresql-dev libpq-devel
            libpq-fe.h libpq-dev postgresql-dev libpq-devel
            -lpq libpq-dev postgresql-dev libpq-devel
            PostgreSQL libpq-dev postgresql-dev libpq-devel
            mysql_config default-libmysqlclient-dev mariadb-dev mariadb-connector-c-devel
            mysqlclient default-libmysqlclient-dev mariadb-dev mariadb-connector-c-devel
            mysql.h default-libmysqlclient-dev mariadb-dev mariadb-connector-c-devel
            ffi.h libffi-dev libffi-dev libffi-devel
            libffi libffi-dev libffi-dev libffi-devel
            openssl/ssl.h libssl-dev openssl-dev openssl-devel
            openssl/opensslv.h libssl-dev openssl-dev openssl-devel
            openssl/evp.h libssl-dev openssl-dev openssl-devel
            openssl libssl-dev openssl-dev openssl-devel
            OpenSSL libssl-dev openssl-dev openssl-devel
            -lssl libssl-dev openssl-dev openssl-devel
            -lcrypto libssl-dev openssl-dev openssl-devel
            zlib.h zlib1g-dev zlib-dev zlib-devel
            zlib zlib1g-dev zlib-dev zlib-devel
            ZLIB zlib1g-dev zlib-dev zlib-devel
            -lz zlib1g-dev zlib-dev zlib-devel
            bzlib.h libbz2-dev bzip2-dev bzip2-devel
            BZip2 libbz2-dev bzip2-dev bzip2-devel
            lzma.h liblzma-dev xz-dev xz-devel
            LibLZMA liblzma-dev xz-dev xz-devel
            readline/readline.h libreadline-dev readline-dev readline-devel
            sqlite3.h libsqlite3-dev sqlite-dev sqlite-devel
            sqlite3 libsqlite3-dev sqlite-dev sqlite-devel
            ncurses.h libncurses-dev ncurses-dev ncurses-devel
            curses.h libncurses-dev ncurses-dev ncurses-devel
            Curses libncurses-dev ncurses-dev ncurses-devel
            libxml/xmlversion.h libxml2-dev libxml2-dev libxml2-devel
            libxml/parser.h libxml2-dev libxml2-dev libxml2-devel
            libxml-2.0 libxml2-dev libxml2-dev libxml2-devel
            LibXml2 libxml2-dev libxml2-dev libxml2-devel
            libxslt/xslt.h libxslt1-dev libxslt-dev libxslt-devel
            libxslt libxslt1-dev libxslt-dev libxslt-devel
            curl/curl.h libcurl4-openssl-dev curl-dev libcurl-devel
            libcurl libcurl4-openssl-dev curl-dev libcurl-devel
            CURL libcurl4-openssl-dev curl-dev libcurl-devel
            -lcurl libcurl4-openssl-dev curl-dev libcurl-devel
            yaml.h libyaml-dev yaml-dev libyaml-devel
            yaml-0.1 libyaml-dev yaml-dev libyaml-devel
            jpeglib.h libjpeg-dev libjpeg-turbo-dev libjpeg-turbo-devel
            JPEG libjpeg-dev libjpeg-turbo-dev libjpeg-turbo-devel
            png.h libpng-dev libpng-dev libpng-devel
            libpng libpng-dev libpng-dev libpng-devel
            PNG libpng-dev libpng-dev libpng-devel
            tiff.h libtiff-dev tiff-dev libtiff-devel
            TIFF libtiff-dev tiff-dev libtiff-devel
            freetype2 libfreetype-dev freetype-dev freetype-devel
            ft2build.h libfreetype-dev freetype-dev freetype-devel
            Freetype libfreetype-dev freetype-dev freetype-devel
            cairo libcairo2-dev cairo-dev cairo-devel
            pixman-1 libpixman-1-dev pixman-dev pixman-devel
            pangocairo libpango1.0-dev pango-dev pango-devel
            glib-2.0 libglib2.0-dev glib-dev glib2-devel
            glib.h libglib2.0-dev glib-dev glib2-devel
            gtk+-3.0 libgtk-3-dev gtk+3.0-dev gtk3-devel
            vips libvips-dev vips-dev vips-devel
            MagickWand libmagickwand-dev imagemagick-dev ImageMagick-devel
            ImageMagick libmagickwand-dev imagemagick-dev ImageMagick-devel
            oniguruma libonig-dev oniguruma-dev oniguruma-devel
            libzip libzip-dev libzip-dev libzip-devel
            gmp.h libgmp-dev gmp-dev gmp-devel
            GMP libgmp-dev gmp-dev gmp-devel
            -lgmp libgmp-dev gmp-dev gmp-devel
            mpfr.h libmpfr-dev mpfr-dev mpfr-devel
            expat.h libexpat1-dev expat-dev expat-devel
            EXPAT libexpat1-dev expat-dev expat-devel
            pcre.h libpcre3-dev pcre-dev pcre-devel
            pcre2.h libpcre2-dev pcre2-dev pcre2-devel
            PCRE libpcre3-dev pcre-dev pcre-devel
            event.h libevent-dev libevent-dev libevent-devel
            libevent libevent-dev libevent-dev libevent-devel
            uv.h libuv1-dev libuv-dev libuv-devel
            uuid/uuid.h uuid-dev util-linux-dev libuuid-devel
            uuid uuid-dev util-linux-dev libuuid-devel
            sasl/sasl.h libsasl2-dev cyrus-sasl-dev cyrus-sasl-devel
            lber.h libldap2-dev openldap-dev openldap-devel
            ldap.h libldap2-dev openldap-dev openldap-devel
            krb5.h libkrb5-dev krb5-dev krb5-devel
            gssapi/gssapi.h libkrb5-dev krb5-dev krb5-devel
            sql.h unixodbc-dev unixodbc-dev unixODBC-devel
            librdkafka/rdkafka.h librdkafka-dev librdkafka-dev librdkafka-devel
            snappy-c.h libsnappy-dev snappy-dev snappy-devel
            lz4.h liblz4-dev lz4-dev lz4-devel
            zstd.h libzstd-dev zstd-dev libzstd-devel
            hdf5.h libhdf5-dev hdf5-dev hdf5-devel
            geos_c.h libgeos-dev geos-dev geos-devel
            gdal.h libgdal-dev gdal-dev gdal-devel
            GDAL libgdal-dev gdal-dev gdal-devel
            proj.h libproj-dev proj-dev proj-devel
            Boost libboost-all-dev boost-dev boost-devel
            boost/version.hpp libboost-dev boost-dev boost-devel
            Eigen3 libeigen3-dev eigen-dev eigen3-devel
            BLAS libopenblas-dev openblas-dev openblas-devel
            LAPACK liblapack-dev lapack-dev lapack-devel
            Protobuf libprotobuf-dev protobuf-dev protobuf-devel
            Threads libc6-dev musl-dev glibc-devel
            stdio.h libc6-dev musl-dev glibc-headers
            linux/types.h linux-libc-dev linux-headers kernel-headers
            linux/limits.h linux-libc-dev linux-headers kernel-headers
            sys/cdefs.h libc6-dev musl-dev glibc-headers
            execinfo.h - libexecinfo-dev glibc-headers
            X11/Xlib.h libx11-dev libx11-dev libX11-devel
            x11 libx11-dev libx11-dev libX11-devel
            GL/gl.h libgl1-mesa-dev mesa-dev mesa-libGL-devel
            OpenGL libgl1-mesa-dev mesa-dev mesa-libGL-devel
            alsa/asoundlib.h libasound2-dev alsa-lib-dev alsa-lib-devel
            portaudio.h portaudio19-dev portaudio-dev portaudio-devel
            libusb.h libusb-1.0-0-dev libusb-dev libusb1-devel
            libusb-1.0 libusb-1.0-0-dev libusb-dev libusb1-devel
            pcap.h libpcap-dev libpcap-dev libpcap-devel
            dbus-1 libdbus-1-dev dbus-dev dbus-devel
            systemd libsystemd-dev elogind-dev systemd-devel
            libudev libudev-dev eudev-dev systemd-devel
            PkgConfig pkg-config pkgconf pkgconf-pkg-config
            Git git git git
            Python3 python3-dev python3-dev python3-devel
            """);

    /** A shared library's name up to its version; columns as above. */
    private static final Map<String, String[]> LIBRARIES = table("""
            libGL.so libgl1 mesa-gl mesa-libGL
            libEGL.so libegl1 mesa-egl mesa-libEGL
            libgthread-2.0.so libglib2.0-0 glib glib2
            libglib-2.0.so libglib2.0-0 glib glib2
            libgobject-2.0.so libglib2.0-0 glib glib2
            libSM.so libsm6 libsm libSM
            libICE.so libice6 libice libICE
            libX11.so libx11-6 libx11 libX11
            libXext.so libxext6 libxext libXext
            libXrender.so libxrender1 libxrender libXrender
            libssl.so libssl3 libssl3 openssl-libs
            libcrypto.so libssl3 libcrypto3 openssl-libs
            libpq.so libpq5 libpq libpq
            libmysqlclient.so default-libmysqlclient-dev mariadb-connector-c mariadb-connector-c
            libmariadb.so libmariadb3 mariadb-connector-c mariadb-connector-c
            libstdc++.so libstdc++6 libstdc++ libstdc++
            libgcc_s.so libgcc-s1 libgcc libgcc
            libgomp.so libgomp1 libgomp libgomp
            libz.so zlib1g zlib zlib
            libxml2.so libxml2 libxml2 libxml2
            libxslt.so libxslt1.1 libxslt libxslt
            libffi.so libffi8 libffi libffi
            libnss3.so libnss3 nss nss
            libatk-1.0.so libatk1.0-0 at-spi2-core atk
            libatk-bridge-2.0.so libatk-bridge2.0-0 at-spi2-core at-spi2-atk
            libcups.so libcups2 cups-libs cups-libs
            libdrm.so libdrm2 libdrm libdrm
            libgbm.so libgbm1 mesa-gbm mesa-libgbm
            libasound.so libasound2 alsa-lib alsa-lib
            libgtk-3.so libgtk-3-0 gtk+3.0 gtk3
            libpango-1.0.so libpango-1.0-0 pango pango
            libcairo.so libcairo2 cairo cairo
            libfontconfig.so libfontconfig1 fontconfig fontconfig
            libfreetype.so libfreetype6 freetype freetype
            libjpeg.so libjpeg62-turbo libjpeg-turbo libjpeg-turbo
            libpng16.so libpng16-16 libpng libpng
            libvips.so libvips42 vips vips
            libaio.so libaio1 libaio libaio
            libcurl.so libcurl4 libcurl libcurl
            libsqlite3.so libsqlite3-0 sqlite-libs sqlite-libs
            libyaml-0.so libyaml-0-2 yaml libyaml
            libreadline.so libreadline8 readline readline-libs
            libncurses.so libncurses6 ncurses-libs ncurses-libs
            libtinfo.so libtinfo6 ncurses-libs ncurses-libs
            libgssapi_krb5.so libgssapi-krb5-2 krb5-libs krb5-libs
            libatomic.so libatomic1 libatomic libatomic
            libicuuc.so libicu72 icu-libs libicu
            libodbc.so unixodbc unixodbc unixODBC
            libsodium.so libsodium23 libsodium libsodium
            libgdiplus.so libgdiplus libgdiplus libgdiplus
            libmagic.so libmagic1 libmagic file-libs
            ld-linux-x86-64.so - gcompat glibc
            ld-linux-aarch64.so - gcompat glibc
            libc.musl-x86_64.so musl musl -
            """);

    /** Old names of packages and what they are called now. */
    private static final Map<String, String> APT = names("""
            python python3
            python-dev python3-dev
            python-pip python3-pip
            python-setuptools python3-setuptools
            python-virtualenv python3-venv
            python-software-properties software-properties-common
            python-yaml python3-yaml
            python-minimal python3-minimal
            libpng12-dev libpng-dev
            libpng12-0 libpng16-16
            libpng16-dev libpng-dev
            libmysqlclient-dev default-libmysqlclient-dev
            libmysqlclient20 default-libmysqlclient-dev
            mysql-client default-mysql-client
            mysql-server default-mysql-server
            openjdk-7-jdk openjdk-17-jdk
            openjdk-7-jre openjdk-17-jre
            openjdk-7-jre-headless openjdk-17-jre-headless
            openjdk-8-jdk openjdk-17-jdk
            openjdk-8-jre openjdk-17-jre
            openjdk-8-jre-headless openjdk-17-jre-headless
            openjdk-11-jdk openjdk-17-jdk
            openjdk-11-jre openjdk-17-jre
            openjdk-11-jre-headless openjdk-17-jre-headless
            oracle-java8-installer default-jdk
            libssl1.0.0 libssl3
            libssl1.0-dev libssl-dev
            libssl1.1 libssl3
            libcurl3 libcurl4
            libcurl3-dev libcurl4-openssl-dev
            libcurl4-dev libcurl4-openssl-dev
            libicu55 libicu-dev
            libicu57 libicu-dev
            libicu60 libicu-dev
            libreadline6 libreadline8
            libreadline6-dev libreadline-dev
            libncurses5 libncurses6
            libncurses5-dev libncurses-dev
            libjpeg62-dev libjpeg-dev
            libjpeg8 libjpeg62-turbo
            libjpeg8-dev libjpeg-dev
            libtiff4-dev libtiff-dev
            libtiff5-dev libtiff-dev
            libgl1-mesa-glx libgl1
            libfreetype6-dev libfreetype-dev
            libpcre3-dev libpcre2-dev
            libpcre3 libpcre2-8-0
            libgdk-pixbuf2.0-0 libgdk-pixbuf-2.0-0
            libwebkitgtk-1.0-0 libwebkit2gtk-4.0-37
            libasound2 libasound2t64
            netcat netcat-openbsd
            php5 php
            php5-cli php-cli
            php5-curl php-curl
            php7.0 php
            php7.4 php
            phantomjs chromium
            chromium-browser chromium
            nodejs-legacy nodejs
            node-npm npm
            ttf-freefont fonts-freefont-ttf
            ttf-dejavu fonts-dejavu
            awscli python3-awscli
            gnupg1 gnupg
            docker docker.io
            golang-1.11 golang
            gcc-4.8 gcc
            g++-4.8 g++
            g++-5 g++
            mongodb-clients mongodb-org-tools
            policykit-1 polkitd
            iptables-persistent netfilter-persistent
            """);

    private static final Map<String, String> APK = names("""
            py-pip py3-pip
            python python3
            python2 python3
            python-dev python3-dev
            python2-dev python3-dev
            py-setuptools py3-setuptools
            py2-pip py3-pip
            mysql mariadb
            mysql-client mariadb-client
            mysql-dev mariadb-dev
            nodejs-npm npm
            nodejs-current-npm npm
            libressl-dev openssl-dev
            openssl1.1-compat openssl
            build-essential build-base
            g++-multilib g++
            libpq-dev postgresql-dev
            libssl-dev openssl-dev
            libxml2-devel libxml2-dev
            python3-pip py3-pip
            python-pip py3-pip
            openjdk8-jre openjdk8-jre-base
            default-jre openjdk17-jre
            netcat netcat-openbsd
            dnsutils bind-tools
            iputils-ping iputils
            xz-utils xz
            procps-ng procps
            libjpeg-dev libjpeg-turbo-dev
            libexecinfo-dev musl-dev
            php7 php83
            php7-cli php83
            php8 php83
            php81 php83
            php82 php83
            ttf-dejavu font-dejavu
            ttf-freefont font-freefont
            gosu su-exec
            pkg-config pkgconf
            openssh-client openssh-client-default
            docker.io docker
            redis valkey
            mongodb mongodb-tools
            """);

    private static final Map<String, String> RPM = names("""
            python python3
            python-pip python3-pip
            python-devel python3-devel
            python2 python3
            python36 python3
            mysql-server mysql-server
            mysql mariadb
            build-essential gcc-c++
            libssl-dev openssl-devel
            zlib1g-dev zlib-devel
            libpq-dev libpq-devel
            netcat nmap-ncat
            nc nmap-ncat
            vim-nox vim-enhanced
            xz-utils xz
            dnsutils bind-utils
            iputils-ping iputils
            procps procps-ng
            java-1.7.0-openjdk java-17-openjdk
            java-1.8.0-openjdk java-17-openjdk
            ntp chrony
            ffmpeg ffmpeg-free
            """);

    private Packages() {}

    private static Map<String, String[]> table(String text) {
        Map<String, String[]> table = new HashMap<>();
        text.lines().map(line -> line.split(" ")).forEach(row -> table.put(row[0], row));
        return table;
    }

    private static Map<String, String> names(String text) {
        Map<String, String> names = new HashMap<>();
        text.lines().map(line -> line.split(" ")).forEach(row -> names.put(row[0], row[1]));
        return names;
    }

    static Optional<String> program(String name, Distribution on) {
        return Optional.ofNullable(PROGRAMS.get(name.substring(name.lastIndexOf('/') + 1)))
                .flatMap(row -> in(row, on));
    }

    /** By a header, a library's short name, a CMake or pkg-config name, or {@code -lname}. */
    static Optional<String> header(String name, Distribution on) {
        return Optional.ofNullable(HEADERS.get(name))
                .or(() -> HEADERS.entrySet().stream()
                        .filter(each -> each.getKey().equalsIgnoreCase(name)
                                || each.getKey().endsWith("/" + name))
                        .map(Map.Entry::getValue)
                        .findFirst())
                .flatMap(row -> in(row, on));
    }

    static Optional<String> library(String name, Distribution on) {
        int end = name.indexOf(".so");
        String key = end < 0 ? name : name.substring(0, end + 3);
        return Optional.ofNullable(LIBRARIES.get(key)).flatMap(row -> in(row, on));
    }

    /** What a package that is not found is called now. */
    static Optional<String> renamed(String name, Distribution on) {
        return Optional.ofNullable(
                switch (on) {
                    case DEBIAN -> APT.get(name);
                    case ALPINE -> APK.get(name);
                    case RPM -> RPM.get(name);
                    case ARCH -> null;
                });
    }

    private static Optional<String> in(String[] row, Distribution on) {
        String found = switch (on) {
            case DEBIAN -> row[1];
            case ALPINE -> row[2];
            case RPM -> row[3];
            case ARCH -> row[1].endsWith("-dev") ? row[1].substring(0, row[1].length() - 4) : row[2];
        };
        return found.equals("-") ? Optional.empty() : Optional.of(found);
    }
}
