package tandem;

import tandem.step.CodeProgram;
import tandem.sync.Halt;

/// The main process of a program that is code and is run step by step.
final class StepMain {
    private static volatile boolean isHere;

    private StepMain() {}

    /// Whether this process is one.
    static boolean isHere() {
        return isHere;
    }

    /// @param isRepeated whether its workers are used again in the next run, and nothing is printed
    static <T> CodeProgram program(
            Code.Function0<T> program, Code.Function1<T, Boolean> check, boolean isRepeated) {
        return new CodeProgram(
                () -> {
                    Worker main =
                            Worker.ofCode(
                                    "MainProcess",
                                    (Code.Action2<Code.Function0<T>, Code.Function1<T, Boolean>>)
                                            StepMain::run,
                                    program,
                                    check);
                    return main.process();
                },
                isRepeated);
    }

    private static <T> void run(Code.Function0<T> program, Code.Function1<T, Boolean> check) {
        isHere = true;
        String result = "";
        while (Halt.idle(result)) {
            Tandem.beginAnew();
            result = verdict(program, check);
            SteppedPools.close();
        }
    }

    /// Whether it was right, as [CodeProgram] wants it, and what it was.
    private static <T> String verdict(Code.Function0<T> program, Code.Function1<T, Boolean> check) {
        try {
            T value = program.call();
            Tandem.joinAll();
            return (check.call(value) ? CodeProgram.RIGHT : CodeProgram.WRONG)
                    + String.valueOf(value);
        } catch (Exception | Error e) {
            return CodeProgram.THREW + e.toString();
        }
    }
}
