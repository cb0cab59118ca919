package tandem.step;

import tandem.launch.Again;
import tandem.launch.JavaCommand;
import tandem.process.Running;
import tandem.sync.Halt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A program that is code, in a main process that runs it as often as it is told, and idles in between.
public final class CodeProgram extends Program {
    /// What the result of a run begins with.
    public static final String RIGHT = "+";

    public static final String WRONG = "-";
    public static final String THREW = "!";

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final Supplier<? extends Running> starter;
    private final boolean isRepeated;
    private Stage stage;
    private Running main;

    /// @param starter starts the main process
    /// @param isRepeated whether it runs often: its workers are used again, and nothing is printed
    public CodeProgram(Supplier<? extends Running> starter, boolean isRepeated) {
        this.starter = starter;
        this.isRepeated = isRepeated;
    }

    @Override
    public Play start() {
        if (stage != null && stage.main().state != Actor.State.IDLES) {
            close();
        }
        if (stage == null) {
            open();
        }
        stage.clear();
        stage.again();
        return new Play(stage);
    }

    private void open() {
        Path socket = socket();
        Stage opened = new Stage(socket, true);
        stage = opened;
        Map<String, String> properties = new HashMap<>();
        properties.put(Halt.PROPERTY, socket.toString());
        if (isRepeated) {
            properties.put(Again.PROPERTY, Again.MAIN);
        }
        Running started = ScopedValue.where(JavaCommand.FURTHER, properties).call(starter::get);
        main = started;
        started.whenEnded(() -> opened.mainEnded(started.exitCode()));
        if (!stage.settle(TimeUnit.NANOSECONDS.convert(Lines.PATIENCE))
                || stage.main() == null
                || stage.main().state != Actor.State.IDLES) {
            throw new IllegalStateException("the program cannot be started");
        }
    }

    /// What the last run has given, null when it has not come to its end.
    String result() {
        return stage.result();
    }

    @Override
    public void close() {
        if (stage != null) {
            stage.close();
            stage = null;
            end();
        }
    }

    /// Who halts ends by itself when nobody runs the program any more.
    private void end() {
        try {
            if (!main.join(A_MOMENT)) {
                main.terminate();
                if (!main.join(A_MOMENT)) {
                    main.kill();
                }
            }
        } catch (InterruptedException e) {
            main.kill();
            Thread.currentThread().interrupt();
        }
    }
}
