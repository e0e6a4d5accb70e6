package dev.millwright.k8s.sql;

/**
 * Who to be in a database.
 *
 * @param from where it was found, as in {@code Secret shop-db}, for messages
 */
record Login(String user, String password, String database, String from) {
    @Override
    public String toString() {
        return user + " of " + from;
    }
}
