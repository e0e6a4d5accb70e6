package dev.millwright.k8s.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

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
                "{'l':[{'name':'a'},{'name':'b'}]} | {'l':[{'name':'b'}]} | [{'op':'replace','path':'/t/l','value':[{'name':'b'}]}]",
                "{'l':['a','b']} | {'l':['a','c']} | [{'op':'replace','path':'/t/l','value':['a','c']}]",
                "{'a':[1]} | {'a':'x'} | [{'op':'replace','path':'/t/a','value':'x'}]"
            })
    void changesOnlyWhatDiffers(String from, String to, String operations) throws Exception {
        assertThat(Difference.between(Json.read(from.replace('\'', '"')), Json.read(to.replace('\'', '"')), "/t"))
                .isEqualTo(Json.read(operations.replace('\'', '"')));
    }
}
