package tandem.net;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Trace;
import tandem.memory.Typecode;
import tandem.session.Joined;
import tandem.sync.Allowance;
import tandem.sync.Exclusion;
import tandem.sync.Fifo;
import tandem.sync.Flag;
import tandem.sync.Rendezvous;
import tandem.sync.Sharing;
import tandem.sync.Standby;

/// An object that a server has, as a handle sees it whatever its kind.
public final class Served {
    /// Of those that have a name by which all find them, and of the others.
    private static final char NAMED = 'n';

    private static final String ADDRESS = "served:";

    private final Member member;
    private final String id;
    private final Header header;
    private final long bound;
    private final Served guard;
    private volatile String label;

    Served(Member member, String id, Header header, long bound, String label, Served guard) {
        this.member = member;
        this.id = id;
        this.header = header;
        this.bound = bound;
        this.label = label;
        this.guard = guard;
    }

    /// What the server calls the object that has a name.
    public static String idOf(String name) {
        return NAMED + name;
    }

    /// Whether an address is of an object on a server.
    public static boolean isAddress(String address) {
        return address.startsWith(ADDRESS);
    }

    public static String idIn(String address) {
        return address.substring(ADDRESS.length());
    }

    /// By which a process of the same family finds it.
    public String address() {
        return ADDRESS + id;
    }

    public String id() {
        return id;
    }

    public Header header() {
        return header;
    }

    /// How many there may be of what it is about, 0 when that is no part of what it is.
    public long bound() {
        return bound;
    }

    /// The object whose lock guards this one, null when none does, or its own.
    public Served guard() {
        return guard;
    }

    /// Whether all find it by its name.
    public boolean isNamed() {
        return id.charAt(0) == NAMED;
    }

    /// What the person calls it, empty for an object without a name.
    public String givenName() {
        return isNamed() ? id.substring(1) : label;
    }

    /// What errors and views call it.
    public String name() {
        return nameOf(header.kind(), id, label);
    }

    /// What an object is, as the server tells it. Others may have written that.
    ///
    /// @param guard empty for no lock, `*` for its own, else the object whose lock it is
    /// @throws IllegalArgumentException when there is no such object
    static Header headerOf(String kind, String typecode, String length, String guard) {
        Kind known = Kind.valueOf(kind);
        return new Header(
                known,
                known.hasElements() ? Typecode.of(typecode) : null,
                guard.equals("*") ? Guard.OWN : guard.isEmpty() ? Guard.NONE : Guard.ELSEWHERE,
                guard.equals("*") ? "" : guard,
                Long.parseLong(length));
    }

    /// What errors and views call an object that this process may not have.
    ///
    /// @param id not empty
    /// @param label the name that a person has given to one that is not found by it, empty for none
    static String nameOf(Kind kind, String id, String label) {
        String number = id.substring(1);
        boolean isNamed = id.charAt(0) == NAMED;
        return isNamed ? number : label.isEmpty() ? kind.prefix() + "-" + number : label;
    }

    /// @param wanted a checked one
    /// @return whether it has this name now
    public boolean giveName(String wanted) {
        if (givenName().isEmpty()) {
            Answer answer = member.once("named(…)", "label", Link.ascii(id), Link.ascii(wanted));
            if (!answer.is(Answer.DONE)) {
                throw refusal(answer, "named(…)");
            }
            label = answer.text();
        }
        return givenName().equals(wanted);
    }

    /// Where it is, as in `10.0.0.7:7801`.
    public String server() {
        return member.address();
    }

    /// The process that has spawned this one has it too: this one may end before it arrives.
    public void giveToParent() {
        Joined joined = Joined.current();
        String heir = joined == null ? "" : joined.heir();
        member.once("return", "give", Link.ascii(id), Link.ascii(heir));
    }

    /// This process has it no more.
    public void close() {
        if (!member.isClosed()) {
            member.close(id);
        }
    }

    /// As `close()`, soon, by another thread.
    ///
    /// @param unless nothing happens when this is so then
    public void closeLater(java.util.function.BooleanSupplier unless) {
        member.later(
                () -> {
                    if (!unless.getAsBoolean()) {
                        close();
                    }
                });
    }

    /// Its own lock; there is one object for it in a JVM.
    public Exclusion lock() {
        return member.lock(this);
    }

    /// The flag of an event.
    public Flag flag() {
        return new ServedEvent(member, this);
    }

    /// The permits of a semaphore.
    public Allowance permits() {
        return new ServedPermits(member, this);
    }

    /// Who waits at a condition.
    public Standby tickets() {
        return new ServedTickets(member, this, member.lock(guard));
    }

    /// The items of a queue.
    public Fifo items() {
        return new ServedFifo(member, this);
    }

    /// Who has come to a barrier.
    public Rendezvous phases() {
        return new ServedPhases(member, this);
    }

    /// The shares of a read-write lock.
    public Sharing shares() {
        return new ServedShares(member, this);
    }

    /// What it holds.
    public Elements elements() {
        Served locked = guard != null ? guard : this;
        return new Elements(
                member, this, locked.header.guard() == Guard.OWN ? member.lock(locked) : null);
    }

    RuntimeException refusal(Answer answer, String words) {
        return answer.is(Answer.NONE)
                ? member.gone(name())
                : member.refused(answer, "%s of %s".formatted(words, name()));
    }

    /// For what only a file of this machine has.
    ///
    /// @param call as in `path()`
    public RuntimeException onlyHere(String call) {
        return Trace.trim(
                new UnsupportedOperationException(
                        "%s is refused: %s lives on %s, and in no memory of this machine"
                                .formatted(call, name(), server())));
    }
}
