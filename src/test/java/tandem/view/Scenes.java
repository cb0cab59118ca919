package tandem.view;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Typecode;
import tandem.memory.WaitCounts;
import tandem.session.ProcessCounts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Scenes that are always the same.
final class Scenes {
    static final Path DIRECTORY = Path.of("/dev/shm/tandem-42");

    private Scenes() {}

    static Scene of(List<Scene.Member> members, List<Scene.Item> items) {
        return new Scene(null, List.of(new Scene.Group(DIRECTORY, members, items, 0)));
    }

    static Scene.Member member(int holder, String name, Scene.State state, String doing) {
        return new Scene.Member(
                holder,
                name,
                4710 + holder,
                holder == 1 ? 0 : 4711,
                state,
                doing,
                0,
                0.07,
                88 << 20,
                counts(holder));
    }

    /// The first process has not waited.
    private static ProcessCounts counts(int holder) {
        long waits = holder - 1;
        return new ProcessCounts(
                new WaitCounts(waits, waits * 2_500_000_000L, 2_500_000_000L),
                new WaitCounts(0, 0, 0),
                waits / 2);
    }

    static Scene.Item array(
            int number, int length, Scene.Status status, String holder, List<String> waiting) {
        return array(number, "array-" + number, length, status, holder, waiting);
    }

    private static Scene.Item array(
            int number,
            String name,
            int length,
            Scene.Status status,
            String holder,
            List<String> waiting) {
        Header header = new Header(Kind.ARRAY, Typecode.INT32, Guard.OWN, "", length);
        String file = "array-" + number;
        return new Scene.Item(
                file,
                name,
                DIRECTORY.resolve(file),
                header,
                "i × " + length,
                status,
                holder,
                0,
                waiting,
                1234,
                2500,
                0.25,
                0,
                "[1, 2, 3]");
    }

    static Scene.Item event(int number) {
        Header header = new Header(Kind.EVENT, null, Guard.NONE, "", 0);
        String file = "event-" + number;
        return new Scene.Item(
                file,
                file,
                DIRECTORY.resolve(file),
                header,
                "",
                Scene.Status.NONE,
                "not set",
                0,
                List.of("play"),
                3,
                0,
                1,
                0,
                "");
    }

    /// People with Chinese and English names, a long one, a held lock and one of a dead holder.
    static Scene crowd() {
        return of(
                List.of(
                        member(1, "MainProcess", Scene.State.RUNNING, "running"),
                        member(2, "1 号进程", Scene.State.WAITING, "waits for array-1, 1.2 s"),
                        member(3, "吃饭喝水上厕所吃饭喝水上厕所", Scene.State.DEAD, "dead"),
                        member(
                                4,
                                "a name that is far too long for its column",
                                Scene.State.STOPPED,
                                "stopped")),
                List.of(
                        array(1, 3, Scene.Status.HELD, "吃饭喝水上厕所吃饭喝水", List.of("1 号进程")),
                        array(2, 1000, Scene.Status.ORPHANED, "dead: 2 号 (pid 77)", List.of()),
                        event(3)));
    }

    /// Many processes, of which each second one waits for the first object, `board`.
    static Scene workshop(int processes, int objects) {
        List<Scene.Member> members = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        for (int i = 1; i <= processes; i++) {
            boolean waits = i % 2 == 0 || i == 19;
            String name = i == 1 ? "MainProcess" : "学生 %02d".formatted(i);
            members.add(
                    waits
                            ? member(i, name, Scene.State.WAITING, "waits for board, 1.2 s")
                            : member(i, name, Scene.State.RUNNING, "running"));
            if (waits) {
                waiting.add(name);
            }
        }
        List<Scene.Item> items = new ArrayList<>();
        for (int i = 1; i <= objects; i++) {
            items.add(
                    i == 1
                            ? array(i, "board", 3, Scene.Status.HELD, "MainProcess", waiting)
                            : array(i, 3, Scene.Status.FREE, "free", List.of()));
        }
        return of(members, items);
    }
}
