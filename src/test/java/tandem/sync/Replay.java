package tandem.sync;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Layout;
import tandem.memory.SharedFile;
import tandem.session.Roster;
import tandem.session.Session;

import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Has the code of [Mutex] or [Signal] take the steps that a simulation of its model has printed, with
/// a word in a real file of a real session.
final class Replay {
    private static final String BREAKER = "4";
    private static final int WAITERS = 8;
    private static final int BREAKING = 4;

    private final boolean isLock;
    private final SharedFile file;
    private final Map<String, Actor> actors = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();

    /// The lock words of the model's holders, as they are in the file.
    private final Map<Integer, Long> words = new HashMap<>();

    private Replay(boolean isLock) {
        this.isLock = isLock;
        file = isLock ? create(Kind.LOCK, Guard.OWN) : create(Kind.EVENT, Guard.NONE);
        words.put(0, 0L);
    }

    private static SharedFile create(Kind kind, Guard guard) {
        return Session.current().create(new Header(kind, null, guard, "", 0));
    }

    /// @param isLock whether it is the model of the lock, or else of the event
    /// @param steps lines of a simulation, without what they begin with
    /// @return the first step in which the code is not the model, null when there is none
    static String run(boolean isLock, List<String> steps) throws Exception {
        Replay replay = new Replay(isLock);
        try {
            for (int i = 0; i < steps.size(); i++) {
                String wrong = replay.take(steps.get(i).split(" "));
                if (wrong != null) {
                    return String.join("; ", steps.subList(0, i + 1)) + ": " + wrong;
                }
            }
            return null;
        } finally {
            replay.end();
        }
    }

    private String take(String[] step) throws Exception {
        String who = step[0];
        switch (step[1]) {
            case "begins" -> {
                long word = Long.parseLong(step[2]);
                Layout.LONG.setVolatile(file.page(), Layout.AT_EVENT_WORD, word);
                return null;
            }
            case "born" -> {
                Actor user = new Actor.User(file, session(), actors);
                words.put(Integer.parseInt(step[2]), user.word);
                play(who, user);
                return null;
            }
            case "killed" -> {
                if (actors.containsKey(who)) {
                    actors.get(who).kill();
                }
                return null;
            }
            case "heirs" -> {
                actors.values().forEach(actor -> actor.isAsleep = false);
                return null;
            }
            default -> {
                Actor actor = actor(who);
                String expected = inCode(step);
                String taken = actor.take(expected);
                return taken.equals(expected)
                        ? null
                        : "in the code it is %s, in the model %s".formatted(taken, expected);
            }
        }
    }

    private Actor actor(String who) throws Exception {
        if (!actors.containsKey(who)) {
            play(who, newActor(who));
        }
        return actors.get(who);
    }

    private Actor newActor(String who) throws Exception {
        if (who.equals(BREAKER)) {
            Actor breaker = new Actor.Breaker(file, session(), actors);
            words.put(BREAKING, Layout.breakingLockWord(breaker.session.holder(), breaker));
            return breaker;
        }
        return who.equals("0") || who.equals("1")
                ? new Actor.Waiting(file, session(), actors)
                : new Actor.Setter(file, session(), actors);
    }

    private void play(String who, Actor actor) {
        actors.put(who, actor);
        actor.start();
    }

    /// A step with the words and the names that the code has.
    private String inCode(String[] step) {
        return switch (step[1]) {
            case "read" -> "read " + word(step[2]);
            case "set", "fail" -> "%s %d %d".formatted(step[1], word(step[2]), word(step[3]));
            case "sleep" -> "sleep %d %s".formatted((int) word(step[2]), step[3]);
            case "look" ->
                    "look %d %s".formatted((int) word(step[2]) & Layout.HOLDER_MASK, step[3]);
            case "wake" -> "wake " + step[2];
            default -> step[1];
        };
    }

    private long word(String model) {
        int word = Integer.parseInt(model);
        if (!isLock) {
            return word;
        }
        long holder = words.get(word & ~WAITERS);
        return (word & WAITERS) == 0 ? holder : holder | Layout.LOCK_WAITERS;
    }

    /// A process of the session, as far as the lock is concerned.
    private Session session() throws ReflectiveOperationException {
        Session current = Session.current();
        Constructor<Session> constructor =
                Session.class.getDeclaredConstructor(Path.class, Roster.class, int.class);
        constructor.setAccessible(true);
        Session session =
                constructor.newInstance(
                        current.directory(),
                        current.roster(),
                        current.roster().claim("actor", current.holder()));
        sessions.add(session);
        return session;
    }

    private void end() throws Exception {
        for (Actor actor : actors.values()) {
            actor.kill();
        }
        sessions.forEach(session -> session.roster().free(session.holder()));
        Files.delete(file.path());
    }
}
