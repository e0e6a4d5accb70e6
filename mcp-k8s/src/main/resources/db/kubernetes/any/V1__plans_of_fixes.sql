-- Times are milliseconds since 1970 UTC; hashes and digests are lower-case hex of SHA-256.

create table k8s_plan (
    hash    text   not null primary key,
    caller  text   not null,
    tenant  text   not null,
    context text   not null,
    expires bigint not null
);
create index k8s_plan_expires on k8s_plan (expires);

create table k8s_fix (
    plan    text   not null,
    id      text   not null,
    place   bigint not null,
    body    text   not null,
    digest  text   not null,
    outcome text,
    primary key (plan, id)
);
