package tandem.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What is left of the messages of the compiler.
@Tag("once")
class CompilerMessagesTest {
    private static String shown(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        new CompilerMessages(whole).write(bytes);
        ByteArrayOutputStream bit = new ByteArrayOutputStream();
        CompilerMessages bitByBit = new CompilerMessages(bit);
        for (byte b : bytes) {
            bitByBit.write(b);
        }
        assertThat(bit.toByteArray()).isEqualTo(whole.toByteArray());
        return whole.toString(StandardCharsets.UTF_8);
    }

    @Test
    void ofOverloadsThatDoNotFitWhatIsWrongIsLeftAndAnExample() throws IOException {
        assertThat(
                        shown(
                                """
                                |  Error:
                                |  no suitable method found for spawn(()->5)
                                |      method tandem.Tandem.<A,B>spawn(tandem.Code.Action2<A,B>,A,B) is not applicable
                                |        (cannot infer type-variable(s) A,B
                                |          (actual and formal argument lists differ in length))
                                |      method tandem.Tandem.spawn(tandem.Code.Action0) is not applicable
                                |        (argument mismatch; lambda body is not compatible with a void functional interface
                                |            (consider using a block lambda body, or use a statement expression instead))
                                |      method tandem.Tandem.spawn(java.nio.file.Path,java.lang.Object...) is not applicable
                                |        (argument mismatch; java.nio.file.Path is not a functional interface
                                |            multiple non-overriding abstract methods found in interface java.nio.file.Path)
                                |  spawn(() -> 5)
                                |  ^---^

                                jshell>\
                                """))
                .isEqualTo(
                        """
                        |  Error:
                        |  no suitable method found for spawn(()->5)
                        |      argument mismatch; lambda body is not compatible with a void functional interface (consider using a block lambda body, or use a statement expression instead)
                        |  spawn takes a script, or code and the arguments that it takes:
                        |  spawn(workA, a), spawn(() -> work(a)), spawn(x -> x.add(0, 1), a).
                        |  Code that returns something is for call.
                        |  spawn(() -> 5)
                        |  ^---^

                        jshell>\
                        """);
    }

    @Test
    void itIsTheSameInAnotherLanguageAndWithALongLambda() throws IOException {
        assertThat(
                        shown(
                                """
                                |  对于call((x)->{ x.s[...]1); },tandem.Array), 找不到合适的方法
                                |      方法 tandem.Tandem.<A,R>call(tandem.Code.Function1<A,R>,A)不适用
                                |        (无法推断类型变量 A,R
                                |          (参数不匹配; lambda 表达式中的返回类型错误))
                                |      方法 tandem.Tandem.<R>call(tandem.Code.Function0<R>)不适用
                                |        (无法推断类型变量 R
                                |          (实际参数列表和形式参数列表长度不同))
                                |    其中, A,R是类型变量:
                                |      A扩展已在方法 <A,R>call(tandem.Code.Function1<A,R>,A)中声明的Object
                                |  call(x -> { x.set(0, 1); }, a)
                                """))
                .isEqualTo(
                        """
                        |  对于call((x)->{ x.s[...]1); },tandem.Array), 找不到合适的方法
                        |      参数不匹配; lambda 表达式中的返回类型错误
                        |  call takes code that returns something, and the arguments that it takes:
                        |  call(() -> 6 * 7), call(x -> x.get(0), a).
                        |  Code that returns nothing is for spawn.
                        |  call(x -> { x.set(0, 1); }, a)
                        """);
    }

    @Test
    void allElsePasses() throws IOException {
        String other =
                """
                a ==> Array("i", [0, 0, 0])
                |  Error:
                |  no suitable method found for of(int)
                |      method java.util.List.<E>of() is not applicable
                |        (actual and formal argument lists differ in length)
                |  List.of()
                当前进程 | 1
                jshell> |\
                """;
        assertThat(shown(other + "\n")).isEqualTo(other + "\n");
    }
}
