package tandem.sync;

import tandem.memory.Header;
import tandem.memory.Layout;
import tandem.memory.Roster;
import tandem.memory.Session;
import tandem.memory.SharedFile;

import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Has the code of [Mutex] take the steps that a simulation of the model has printed, with a lock word
/// in a real file of a real session.
final class Replay {
    private static final String BREAKER = "4";
    private static final int WAITERS = 8;
    private static final int BREAKING = 4;

    private final SharedFile file;
    private final Map<String, Actor> actors = new HashMap<>();
    private final List<Session> sessions = new ArrayList<>();

    /// The lock words of the model's holders, as they are in the file.
    private final Map<Integer, Long> words = new HashMap<>();

    private Replay() {
        Header header = new Header(Layout.KIND_LOCK, null, Layout.GUARD_OWN, "", 0);
        file = Session.current().create("lock", header);
        words.put(0, 0L);
    }

    /// @param steps lines of a simulation, without what they begin with
    /// @return the first step in which the code is not the model, null when there is none
    static String run(List<String> steps) throws Exception {
        Replay replay = new Replay();
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
                String expected = inCode(step);
                String taken = actor(who).take(expected);
                return taken.equals(expected)
                        ? null
                        : "in the code it is %s, in the model %s".formatted(taken, expected);
            }
        }
    }

    private Actor actor(String who) throws Exception {
        if (who.equals(BREAKER) && !actors.containsKey(who)) {
            Actor breaker = new Actor.Breaker(file, session(), actors);
            words.put(BREAKING, Layout.breakingLockWord(breaker.session.holder(), breaker));
            play(who, breaker);
        }
        return actors.get(who);
    }

    private void play(String who, Actor actor) {
        actors.put(who, actor);
        actor.start();
    }

    /// A step with the words and the names that the code has.
    private String inCode(String[] step) throws Exception {
        actor(step[0]);
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
