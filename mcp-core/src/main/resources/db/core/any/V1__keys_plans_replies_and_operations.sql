-- Times are milliseconds since 1970 UTC; digests and hashes are lower-case hex of SHA-256.

create table api_key (
    id      text   not null primary key,
    name    text   not null,
    hash    text   not null,
    tenants text   not null,
    scopes  text   not null,
    created bigint not null,
    expires bigint,
    revoked bigint
);

create table plan (
    hash    text   not null primary key,
    caller  text   not null,
    tenant  text   not null,
    tool    text   not null,
    digest  text   not null,
    expires bigint not null,
    used    bigint
);
create index plan_expires on plan (expires);

create table idempotency (
    caller  text   not null,
    tenant  text   not null,
    tool    text   not null,
    key     text   not null,
    digest  text   not null,
    reply   text,
    expires bigint not null,
    primary key (caller, tenant, tool, key)
);
create index idempotency_expires on idempotency (expires);

create table operation (
    id      text   not null primary key,
    tenant  text   not null,
    server  text   not null,
    tool    text   not null,
    caller  text   not null,
    started bigint not null,
    state   text   not null,
    before  text   not null,
    after   text
);
create index operation_newest on operation (tenant, server, started, id);
create index operation_unfinished on operation (server, started) where state = 'INTENT';
create index operation_age on operation (server, started);
