package dev.millwright.k8s.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import dev.millwright.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifferenceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':1} | {'a':1} | []",
                "{'a':1,'b':2} | {'a':1} | [{'op':'remove','path':'/t/b'}]",
                "{} | {'x/y':{'z':1}} | [{'op':'add','path':'/t/x~1y','value':{'z':1}}]",
                "{'a':{'b':1,'c':2}} | {'a':{'b':3,'c':2}} | [{'op':'replace','path':'/t/a/b','value':3}]",
                "{'l':[{'name':'a','i':1},{'name':'b','i':1}]} | {'l':[{'name':'a','i':1},{'name':'b','i':2}]} | [{'op':'replace','path':'/t/l/1/i','value':2}]",
                "{'l':[{'name':'a'},{'name':'b'}]} | {'l':[{'name':'b'}]} | [{'op':'remove','path':'/t/l/0'}]",
                "{'l':['a','b']} | {'l':['a','c']} | [{'op':'replace','path':'/t/l/1','value':'c'}]",
                "{'l':['a']} | {'l':['a','b','c']} | [{'op':'add','path':'/t/l/1','value':'b'},{'op':'add','path':'/t/l/2','value':'c'}]",
                "{'a':[1]} | {'a':'x'} | [{'op':'replace','path':'/t/a','value':'x'}]"
            })
    void changesOnlyWhatDiffers(String from, String to, String operations) throws Exception {
        assertThat(Difference.patch(Difference.between(
                        JsonPointer.compile("/t"),
                        Json.read(from.replace('\'', '"')),
                        Json.read(to.replace('\'', '"')))))
                .isEqualTo(Json.read(operations.replace('\'', '"')));
    }
}
