package tandem.view;

import tandem.memory.Notice;
import tandem.step.Lines;
import tandem.step.Schedule;
import tandem.step.SourceProgram;

import java.io.Console;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `scripts/tandem step FILE.java [--schedule 1121] [ARG …]`: a program step by step, live at a terminal,
/// else on paper.
final class Step {
    private static final String USAGE =
            "scripts/tandem step FILE.java [--schedule 1121] [ARG …] runs a program step by step";
    private static final String OPTION = "--schedule";

    private Step() {}

    static void main(String[] args) {
        List<String> program = new ArrayList<>(List.of(args));
        int option = program.indexOf(OPTION);
        boolean isComplete = option < 0 || option + 1 < program.size();
        String text = option < 0 || !isComplete ? "" : program.get(option + 1);
        if (option >= 0 && isComplete) {
            program.subList(option, option + 2).clear();
        }
        if (!isComplete || program.isEmpty() || !program.getFirst().endsWith(".java")) {
            System.err.println("tandem: " + USAGE);
            System.exit(2);
        }
        try (SourceProgram source = new SourceProgram(program)) {
            Schedule schedule = Schedule.of(text);
            Console console = System.console();
            if (console != null && console.isTerminal()) {
                new LiveStep(source, program.getFirst(), schedule, Palette.ofEnvironment()).run();
            } else {
                Lines.print(source, schedule, System.out);
            }
        } catch (IOException | RuntimeException e) {
            Notice.say("tandem: " + e.getMessage());
            System.exit(1);
        }
    }
}
