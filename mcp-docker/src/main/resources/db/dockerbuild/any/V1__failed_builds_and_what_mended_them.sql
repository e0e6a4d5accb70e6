-- Times are milliseconds since 1970 UTC; hashes are lower-case hex of SHA-256.

create table docker_fix_outcome (
    tenant      text   not null,
    fingerprint text   not null,
    fix         text   not null,
    kind        text   not null,
    worked      bigint not null,
    failed      bigint not null,
    seen        bigint not null,
    primary key (tenant, fingerprint, fix)
);
create index docker_fix_outcome_kind on docker_fix_outcome (tenant, kind);

create table docker_failed_file (
    tenant      text   not null,
    file        text   not null,
    fingerprint text   not null,
    kind        text   not null,
    dockerfile  text   not null,
    seen        bigint not null,
    primary key (tenant, file)
);

create table docker_mined_fix (
    tenant      text   not null,
    fingerprint text   not null,
    change      text   not null,
    file        text   not null,
    body        text   not null,
    seen        bigint not null,
    primary key (tenant, fingerprint, change, file)
);

create table docker_build (
    hash    text   not null primary key,
    caller  text   not null,
    tenant  text   not null,
    body    text   not null,
    seen    bigint not null
);
create index docker_build_tenant on docker_build (tenant, seen);
