package dev.millwright.call;

/** One link of the chain: does its part before, after or instead of what follows. */
interface Step {
    Reply pass(Attempt attempt, Next next) throws Exception;

    /** The rest of the chain. */
    interface Next {
        Reply go() throws Exception;
    }
}
