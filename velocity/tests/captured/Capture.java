import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONStyle;
import net.minidev.json.JSONValue;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.exception.ParseErrorException;

/** Renders the templates of a file of captures anew, with Apache Velocity 1.7. How to run it stands in ../captured.rs. */
public final class Capture {
    private Capture() {}

    public static void main(String[] arguments) throws Exception {
        VelocityEngine engine = new VelocityEngine();
        engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
        engine.init();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String template = (String) ((JSONObject) JSONValue.parse(line)).get("template");
            out.println(capture(engine, template).toJSONString(JSONStyle.LT_COMPRESS));
        }
    }

    private static JSONObject capture(VelocityEngine engine, String template) {
        JSONObject captured = new JSONObject();
        captured.put("template", template);
        StringWriter output = new StringWriter();
        try {
            engine.evaluate(context(), output, "template", template);
            captured.put("output", output.toString());
        } catch (ParseErrorException error) {
            captured.put("error", "parse");
        } catch (RuntimeException error) {
            captured.put("error", "render");
        }
        return captured;
    }

    /** The variables that tests/captured.rs has, too. */
    private static VelocityContext context() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("k", "v");
        map.put("n", 1);
        map.put("foo-bar", "dash");
        map.put("isNull", null);
        VelocityContext context = new VelocityContext();
        context.put("list", new ArrayList<Object>(Arrays.asList("a", "b", "c")));
        context.put("emptyList", new ArrayList<Object>());
        context.put("map", map);
        context.put("str", "Hello");
        context.put("esc", "a$b#c");
        context.put("empty", "");
        context.put("int", 42);
        context.put("dbl", 2.5);
        context.put("yes", true);
        context.put("no", false);
        return context;
    }
}
