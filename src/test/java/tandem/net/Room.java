package tandem.net;

import tandem.testing.Program;

import java.util.ArrayList;
import java.util.List;

/// Machines with cables: network namespaces of Linux, each joined to a bridge in one of their own.
final class Room implements AutoCloseable {
    private static final String NAME = "tandem-" + ProcessHandle.current().pid();
    private static final String SWITCH = NAME + "-switch";

    private final List<String> spaces = new ArrayList<>();
    private final List<String> machines;

    /// Whose addresses are 10.77.0.1, 10.77.0.2 and so on, in this order.
    Room(String... machines) {
        this.machines = List.of(machines);
        try {
            addSpace(SWITCH);
            ip("-n", SWITCH, "link", "add", "bridge", "type", "bridge");
            ip("-n", SWITCH, "link", "set", "bridge", "up");
            for (String machine : machines) {
                String space = space(machine);
                addSpace(space);
                ip(
                        "link", "add", "cable", "netns", space, "type", "veth", "peer", "name",
                        machine, "netns", SWITCH);
                ip("-n", SWITCH, "link", "set", machine, "master", "bridge", "up");
                ip("-n", space, "addr", "add", address(machine) + "/24", "dev", "cable");
                ip("-n", space, "link", "set", "cable", "up");
                ip("-n", space, "link", "set", "lo", "up");
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /// Why there cannot be one here; null when there can.
    static String whyNot() {
        if (!System.getProperty("user.name").equals("root")) {
            return "machines are network namespaces here, which only root can make";
        }
        String name = NAME + "-try";
        try {
            Program.Ended made = Program.of("ip", "netns", "add", name).run();
            if (made.exitCode() != 0) {
                return "no network namespace can be made here: " + made.err().strip();
            }
            return Program.of("ip", "netns", "delete", name).run().exitCode() == 0
                    ? null
                    : "no network namespace can be deleted here";
        } catch (RuntimeException e) {
            return "there is no command ip, of iproute2: " + e.getMessage();
        }
    }

    private void addSpace(String space) {
        ip("netns", "add", space);
        spaces.add(space);
    }

    private static String space(String machine) {
        return NAME + "-" + machine;
    }

    String address(String machine) {
        return "10.77.0." + (machines.indexOf(machine) + 1);
    }

    private static void ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Program.Ended ended = Program.of(command.toArray(String[]::new)).run();
        if (ended.exitCode() != 0) {
            throw new IllegalStateException("%s: %s".formatted(command, ended.err().strip()));
        }
    }

    /// What stands before a command that is to run on a machine.
    List<String> on(String machine) {
        return List.of("ip", "netns", "exec", space(machine));
    }

    /// What is sent to and from a machine gets lost on its way, and nobody is told.
    void lose(String machine) {
        ip("-n", SWITCH, "link", "set", machine, "nomaster");
    }

    void loseNoMore(String machine) {
        ip("-n", SWITCH, "link", "set", machine, "master", "bridge");
    }

    /// Pulls the cable out of a machine, which sees it.
    void pull(String machine) {
        ip("-n", SWITCH, "link", "set", machine, "down");
    }

    void plug(String machine) {
        ip("-n", SWITCH, "link", "set", machine, "up");
    }

    @Override
    public void close() {
        spaces.forEach(space -> Program.of("ip", "netns", "delete", space).run());
    }
}
